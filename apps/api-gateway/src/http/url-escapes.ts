import { BaleenError } from '#contracts';

const broken = /%(?![0-9a-f]{2}).{0,2}/i;
/** Letters, digits and `-._~`, which mean the same escaped (RFC 3986, 6.2.2.2). */
const needless = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi;

/** The path as engines match it: nothing escaped that need not be. A path that is broken stays as it is. */
export function plainPath(path: string): string {
  if (!path.includes('%') || broken.test(path)) return path;
  return path.replace(needless, (escaped) => decodeURIComponent(escaped));
}

/** Throws request/invalid, in an engine's words, for an escape that cannot be read. */
export function refuseBrokenEscape(text: string): void {
  const [found] = broken.exec(text) ?? [];
  if (found !== undefined) throw new BaleenError('request/invalid', `invalid URL escape ${JSON.stringify(found)}`);
}

/** Throws request/invalid for a query that engines cannot read. */
export function refuseBrokenQuery(rawQuery: string): void {
  for (const pair of rawQuery.split('&')) {
    if (pair.includes(';')) throw new BaleenError('request/invalid', 'invalid semicolon separator in query');
    for (const word of pair.split('=')) refuseBrokenEscape(word);
  }
}
