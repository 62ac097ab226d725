import { BaleenError, parseJson, placeIn } from '#contracts';

/** Deeper than any body of Docker's by far; a scan and whatever reads the value afterwards recurse this often. */
const depthMax = 64;

/**
 * Reads JSON that every reader understands alike, or not at all. Go's decoder takes the last of two equal keys, replaces broken UTF-8 and
 * unpaired surrogates, and stops behind the first value; others differ in each. Throws request/invalid for all of these, for a nesting
 * deeper than 64 and for a key `__proto__`. `undefined` for an empty body.
 */
export function readStrictJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const text = decoded(bytes);
  const value = parsed(text);
  for (const { reason } of ambiguitiesOf(text)) throw invalid(reason);
  return value;
}

export type AmbiguousJson = {
  readonly value: unknown;
  /** What readers may understand differently, with its place: whoever finds any must not act on the value. */
  readonly ambiguities: readonly string[];
};

/** The same for whoever wants to hear of everything at once. Throws request/invalid for what is no JSON or nested deeper than 64. */
export function readAmbiguousJson(bytes: Buffer): AmbiguousJson {
  if (bytes.length === 0) return { value: undefined, ambiguities: [] };
  const text = decoded(bytes);
  const value = parsed(text);
  const ambiguities = [...ambiguitiesOf(text)].map(({ reason, at }) => `${placeIn(text, at)}: ${reason}`);
  return { value, ambiguities };
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new BaleenError('request/invalid', 'invalid JSON: the body is not UTF-8', { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new BaleenError('request/invalid', `invalid JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

type Ambiguity = { readonly reason: string; readonly at: number };

/** Of a text that is known to be JSON: it need not look at anything but strings and nesting. */
function* ambiguitiesOf(text: string): Generator<Ambiguity> {
  /** The keys of each object that is open; `undefined` for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '{' || letter === '[') {
      open.push(letter === '{' ? new Set() : undefined);
      if (open.length > depthMax) throw invalid(`it is nested deeper than ${depthMax}`);
    } else if (letter === '}' || letter === ']') open.pop();
    else if (letter === '"') {
      const end = endOfString(text, at);
      const string = JSON.parse(text.slice(at, end)) as string;
      if (!string.isWellFormed()) yield { reason: 'it holds an unpaired surrogate', at };
      const keys = open.at(-1);
      const reason = keys !== undefined && isKey(text, end) ? oddKey(keys, string) : undefined;
      if (reason !== undefined) yield { reason, at };
      at = end - 1;
    }
  }
}

/** Adds the key to those of its object; what is wrong with that, if anything. */
function oddKey(keys: Set<string>, key: string): string | undefined {
  if (keys.has(key)) return `the key ${JSON.stringify(key)} stands twice in one object`;
  keys.add(key);
  return key === '__proto__' ? '"__proto__" is no key of any body' : undefined;
}

/** Behind its closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text[at] ?? '')) at++;
  return text[at] === ':';
}

function invalid(reason: string): BaleenError {
  return new BaleenError('request/invalid', `ambiguous JSON: ${reason}; send each key once, in Docker’s own spelling`);
}
