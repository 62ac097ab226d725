import { isObjectKind, type ObjectKind, untoken } from '#contracts';

/** What a subject of the log speaks of, as far as placement reads it. */
export type LogSubject =
  | { readonly type: 'member' | 'engine' | 'node' | 'lease' | 'batch'; readonly key: string }
  | { readonly type: 'object'; readonly kind: ObjectKind; readonly key: string; readonly id: string }
  | { readonly type: 'reservation'; readonly operation: string }
  | { readonly type: 'replacement'; readonly container: string };

/** The patterns a ledger follows; `parseLogSubject` understands what they match. */
export const ledgerPatterns: readonly string[] = [
  'member.*',
  'engine.>',
  'batch.>',
  'lease.engine.*',
  'node.*',
  'reservation.*',
  'replacement.*',
];

/** `undefined` = a subject that placement does not read. `id` is the subject's token, as written. */
export function parseLogSubject(subject: string): LogSubject | undefined {
  const [head, key, kind, id] = subject.split('.');
  if (key === undefined) return undefined;
  if (head === 'lease') return key === 'engine' && kind !== undefined ? { type: 'lease', key: kind } : undefined;
  if (head === 'member' || head === 'node' || head === 'batch') return { type: head, key };
  if (head === 'reservation') return { type: 'reservation', operation: untoken(key) };
  if (head === 'replacement') return { type: 'replacement', container: key };
  if (head !== 'engine' || kind === undefined) return undefined;
  if (kind === 'info') return { type: 'engine', key };
  return id !== undefined && isObjectKind(kind) ? { type: 'object', kind, key, id } : undefined;
}
