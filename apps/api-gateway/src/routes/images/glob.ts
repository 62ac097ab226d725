import { RE2JS } from 're2js';
import { BaleenError } from '#contracts';

/**
 * The test of a pattern of Go's path.Match: `*` and `?` stop at slashes, `[a-z]` and `[^a-z]` are classes, `\` takes the next character as it is.
 * Throws request/invalid in the engine's words for a class without end and a lone `\`. Linear in the name's length, whatever the pattern:
 * names and patterns are the clients' own.
 */
export function globTest(text: string): (name: string) => boolean {
  const pattern = [...text];
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const { expression, end } = classFrom(pattern, at);
      source += expression;
      at = end;
    } else if (character === '\\') {
      at += 1;
      source += literal(pattern, at);
    } else source += literal(pattern, at);
  }
  const expression = RE2JS.compile(source, RE2JS.DOTALL);
  return (name) => expression.matches(name);
}

/** Fits no character. */
const nothing = '[^\\x{0}-\\x{10FFFF}]';

/** The class that begins at `start`, as an expression, and the place of its `]`. */
function classFrom(pattern: readonly string[], start: number): { expression: string; end: number } {
  let at = start + 1;
  const isNegated = pattern[at] === '^';
  if (isNegated) at += 1;
  const ranges: string[] = [];
  while (pattern[at] !== ']' || ranges.length === 0) {
    const [low, afterLow] = classCharacter(pattern, at);
    at = afterLow;
    if (pattern[at] !== '-') {
      ranges.push(low);
      continue;
    }
    const [high, afterHigh] = classCharacter(pattern, at + 1);
    at = afterHigh;
    // A range the wrong way round fits nothing, and is no mistake.
    ranges.push(codeOf(low) <= codeOf(high) ? `${low}-${high}` : '');
  }
  const members = ranges.join('');
  if (members === '') return { expression: isNegated ? '[^/]' : nothing, end: at };
  return { expression: isNegated ? `[^/${members}]` : `[${members}]`, end: at };
}

/** One character of a class, escaped, and the place after it. */
function classCharacter(pattern: readonly string[], at: number): [escaped: string, next: number] {
  const isEscape = pattern[at] === '\\';
  const character = pattern[isEscape ? at + 1 : at];
  if (character === undefined || (!isEscape && (character === ']' || character === '-'))) throw badPattern();
  return [`\\x{${character.codePointAt(0)?.toString(16)}}`, at + (isEscape ? 2 : 1)];
}

function literal(pattern: readonly string[], at: number): string {
  const character = pattern[at];
  if (character === undefined) throw badPattern();
  return RE2JS.quote(character);
}

function codeOf(escaped: string): number {
  return Number.parseInt(escaped.slice('\\x{'.length), 16);
}

function badPattern(): BaleenError {
  return new BaleenError('request/invalid', 'syntax error in pattern');
}
