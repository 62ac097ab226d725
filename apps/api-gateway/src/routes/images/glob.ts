import { BaleenError } from '#contracts';

/**
 * A pattern of Go's path.Match: `*` and `?` stop at slashes, `[a-z]` and `[^a-z]` are classes, `\` takes the next character as it is.
 * Throws request/invalid in the engine's words for a class without end and a lone `\`.
 */
export function globExpression(pattern: string): RegExp {
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
  return new RegExp(`^${source}$`);
}

/** The class that begins at `start`, as an expression, and the place of its `]`. */
function classFrom(pattern: string, start: number): { expression: string; end: number } {
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
    ranges.push(low <= high ? `${low}-${high}` : '');
  }
  const members = ranges.join('');
  if (members === '') return { expression: isNegated ? '[^/]' : '(?!)', end: at };
  return { expression: isNegated ? `(?!/)[^${members}]` : `[${members}]`, end: at };
}

/** One character of a class, escaped, and the place after it. */
function classCharacter(pattern: string, at: number): [escaped: string, next: number] {
  const isEscape = pattern[at] === '\\';
  const character = pattern[isEscape ? at + 1 : at];
  if (character === undefined || (!isEscape && (character === ']' || character === '-'))) throw badPattern();
  return [`\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`, at + (isEscape ? 2 : 1)];
}

function literal(pattern: string, at: number): string {
  const character = pattern[at];
  if (character === undefined) throw badPattern();
  return character.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
}

function badPattern(): BaleenError {
  return new BaleenError('request/invalid', 'syntax error in pattern');
}
