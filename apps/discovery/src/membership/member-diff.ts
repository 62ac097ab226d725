import { engineKey, type MemberRecord } from '#contracts';

export type MemberDiff = { readonly removed: readonly string[]; readonly added: readonly MemberRecord[] };

/**
 * What to change so that the log lists exactly `addresses`: keys to remove, records to write (new, or of another source).
 * The caller removes before it adds, so that an engine that changed its address can come back under the new one (spec 2.2).
 */
export function memberDiff(current: ReadonlyMap<string, MemberRecord>, addresses: readonly string[], source: string): MemberDiff {
  const wanted = new Map<string, MemberRecord>();
  for (const address of addresses) {
    const key = engineKey(address);
    if (!wanted.has(key)) wanted.set(key, { key, address, source });
  }
  const removed = [...current.keys()].filter((key) => !wanted.has(key));
  const added = [...wanted.values()].filter((member) => {
    const known = current.get(member.key);
    return known === undefined || known.address !== member.address || known.source !== member.source;
  });
  return { removed, added };
}
