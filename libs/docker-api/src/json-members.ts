/**
 * Finds and replaces members of JSON objects in bytes, without parsing what is not asked for: a daemon's own bytes stay as they came.
 * Malformed JSON throws SyntaxError; what lies between the members that are looked at is only skipped, not validated.
 */
export class Member {
  readonly #json: Buffer;
  /** Byte range of `"key"`. */
  readonly keyStart: number;
  readonly #keyEnd: number;
  /** Byte range of the value. */
  readonly start: number;
  readonly end: number;

  constructor(json: Buffer, keyStart: number, keyEnd: number, start: number, end: number) {
    this.#json = json;
    this.keyStart = keyStart;
    this.#keyEnd = keyEnd;
    this.start = start;
    this.end = end;
  }

  /** Made when it is asked for: most members are passed over. */
  get key(): string {
    const plain = this.#json.toString('utf8', this.keyStart + 1, this.#keyEnd - 1);
    return plain.includes('\\') ? (JSON.parse(`"${plain}"`) as string) : plain;
  }

  /** Is this its key? */
  isNamed(key: string): boolean {
    const start = this.keyStart + 1;
    // Escaped or beyond ASCII, a key has more bytes than letters.
    if (this.#keyEnd - 1 - start < key.length) return false;
    for (let at = 0; at < key.length; at++) {
      const byte = this.#json[start + at] ?? 0;
      if (byte === backslash || byte > 0x7f) return this.key === key;
      if (byte !== key.charCodeAt(at)) return false;
    }
    return this.#keyEnd - 1 - start === key.length;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** The elements of a JSON array, each as a view on the same memory. */
export function* elements(json: Buffer): Generator<Buffer> {
  let at = skipSpace(json, 0);
  expectByte(json, at, openBracket);
  at = skipSpace(json, at + 1);
  if (json[at] === closeBracket) return;
  for (;;) {
    const end = skipValue(json, at);
    yield json.subarray(at, end);
    at = skipSpace(json, end);
    if (json[at] === closeBracket) return;
    expectByte(json, at, comma);
    at = skipSpace(json, at + 1);
  }
}

/** The members of a JSON object, in order; duplicate keys as often as they stand. */
export function* members(json: Buffer): Generator<Member> {
  let at = skipSpace(json, 0);
  expectByte(json, at, openBrace);
  at = skipSpace(json, at + 1);
  if (json[at] === closeBrace) return;
  for (;;) {
    expectByte(json, at, quote);
    const keyEnd = skipString(json, at);
    const afterKey = skipSpace(json, keyEnd);
    expectByte(json, afterKey, colon);
    const start = skipSpace(json, afterKey + 1);
    const end = skipValue(json, start);
    yield new Member(json, at, keyEnd, start, end);
    at = skipSpace(json, end);
    if (json[at] === closeBrace) return;
    expectByte(json, at, comma);
    at = skipSpace(json, at + 1);
  }
}

/** The bytes of one member's value, `undefined` when there is none. Of duplicates the last counts, as in every JSON parser. */
export function member(json: Buffer, key: string): Buffer | undefined {
  let found: Buffer | undefined;
  for (const candidate of members(json)) if (candidate.isNamed(key)) found = json.subarray(candidate.start, candidate.end);
  return found;
}

/** New values by key: JSON text or bytes to put there (appended when the key is new), `undefined` to take the member out. */
export type Replacements = Readonly<Record<string, Buffer | string | undefined>>;

/** The object with some members replaced, added or removed, every other byte kept. */
export function replaceMembers(json: Buffer, replacements: Replacements): Buffer {
  const open = skipSpace(json, 0);
  const kept: Buffer[] = [];
  const seen = new Set<string>();
  for (const { key, keyStart, start, end } of members(json)) {
    if (!Object.hasOwn(replacements, key)) {
      kept.push(json.subarray(keyStart, end));
      continue;
    }
    const value = replacements[key];
    if (seen.has(key) || value === undefined) continue;
    seen.add(key);
    kept.push(Buffer.concat([json.subarray(keyStart, start), bytesOf(value)]));
  }
  for (const [key, value] of Object.entries(replacements)) {
    if (value !== undefined && !seen.has(key)) kept.push(Buffer.concat([Buffer.from(`${JSON.stringify(key)}:`), bytesOf(value)]));
  }
  const parts: Buffer[] = [json.subarray(0, open + 1)];
  kept.forEach((part, index) => {
    if (index > 0) parts.push(Buffer.of(comma));
    parts.push(part);
  });
  parts.push(Buffer.of(closeBrace));
  return Buffer.concat(parts);
}

function bytesOf(value: Buffer | string): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : value;
}

function skipSpace(json: Buffer, from: number): number {
  let at = from;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at++;
  return at;
}

/** Searching a string costs a call out of JavaScript, which is worth it for long ones alone. */
const longString = 96;

function skipString(json: Buffer, from: number): number {
  let at = from + 1;
  for (const until = Math.min(json.length, at + longString); at < until; at++) {
    const byte = json[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
  }
  for (;;) {
    const end = json.indexOf(quote, at);
    if (end < 0) throw new SyntaxError('unexpected end of JSON input in a string');
    let slashes = 0;
    while (json[end - 1 - slashes] === backslash && end - 1 - slashes > from) slashes++;
    if (slashes % 2 === 0) return end + 1;
    at = end + 1;
  }
}

function skipValue(json: Buffer, from: number): number {
  const first = json[from];
  if (first === quote) return skipString(json, from);
  if (first === openBrace || first === openBracket) return skipNested(json, from);
  let at = from;
  while (at < json.length && isScalarByte(json[at])) at++;
  if (at === from) throw unexpected(json, from);
  return at;
}

function skipNested(json: Buffer, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const byte = json[at];
    if (byte === quote) {
      at = skipString(json, at);
      continue;
    }
    if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth === 0) return at + 1;
    }
    at++;
  }
  throw new SyntaxError('unexpected end of JSON input');
}

/** Letters, digits and `+ - .`: true false null and numbers. */
function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}

function expectByte(json: Buffer, at: number, byte: number): void {
  if (json[at] !== byte) throw unexpected(json, at);
}

function unexpected(json: Buffer, at: number): SyntaxError {
  if (at >= json.length) return new SyntaxError('unexpected end of JSON input');
  return new SyntaxError(`invalid character ${JSON.stringify(json.toString('latin1', at, at + 1))} at byte ${at}`);
}
