/** A token that two hosts may say differently. Of `id` and `name` the same one must be said the same way throughout. */
export type Token = { readonly kind: 'id' | 'name' | 'other'; readonly text: string };

export type MaskedText = { readonly shape: string; readonly tokens: readonly Token[] };

type Mask = { readonly label: string; readonly pattern: string; readonly kind: Token['kind'] };

/** The first alternative that matches at a place wins. The zero time and the unspecified address mean something: they stay. */
const masks: readonly Mask[] = [
  { label: 'id', pattern: '\\b[0-9a-f]{64}\\b', kind: 'id' },
  { label: 'exec-id', pattern: '\\b[0-9a-f]{32}\\b', kind: 'other' },
  {
    label: 'time',
    pattern:
      '\\b(?!0001-01-01)\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z| ?[+-]\\d\\d:?\\d\\d)?(?: [A-Z]{3,4})?|' +
      '\\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d (?:[A-Z]{3,4} )?\\d{4}',
    kind: 'other',
  },
  { label: 'mac', pattern: '\\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\\b', kind: 'other' },
  { label: 'ip', pattern: '\\b(?!0\\.0\\.0\\.0)(?!127\\.)(?:\\d{1,3}\\.){3}\\d{1,3}\\b', kind: 'other' },
  { label: 'short-id', pattern: '\\b(?=[0-9a-f]*[0-9])[0-9a-f]{12}\\b', kind: 'id' },
  { label: 'epoch', pattern: '\\b1[6-9]\\d{8}(?:\\.\\d+|\\d{9})?\\b', kind: 'other' },
  { label: 'port', pattern: '(?<=:)(?:3[2-9]|4\\d|5\\d|6[0-5])\\d{3}\\b', kind: 'other' },
  {
    label: 'age',
    pattern: '\\b(?:Less than a second|About an? (?:minute|hour)|\\d+ (?:seconds?|minutes?|hours?))\\b',
    kind: 'other',
  },
  { label: 'took', pattern: '\\b\\d+\\.\\d+s\\b', kind: 'other' },
];
const anyMask = new RegExp(masks.map(({ pattern }) => `(${pattern})`).join('|'), 'g');
/** Ids are paired by as much as a short one shows. */
const pairedLength = 12;

/** Takes out of a text what legitimately varies: `{ shape: 'No such container: <id>', tokens: [the id] }`. */
export function masked(text: string): MaskedText {
  const tokens: Token[] = [];
  const shape = text.replaceAll('\r\n', '\n').replaceAll(anyMask, (whole: string, ...groups: unknown[]) => {
    const mask = masks[groups.findIndex((group) => group !== undefined)];
    if (mask === undefined) return whole;
    tokens.push({ kind: mask.kind, text: mask.kind === 'id' ? whole.slice(0, pairedLength) : whole });
    return `<${mask.label}>`;
  });
  return { shape, tokens };
}
