import { engineKey, type MemberRecord } from '#contracts';

/** What one source lists; `undefined` = it has not listed yet. */
export type SourceList = { readonly source: string; readonly addresses: readonly string[] | undefined };

export type MemberDiff = { readonly removed: readonly string[]; readonly added: readonly MemberRecord[] };

/**
 * What to change so that the log lists exactly what the sources do: keys to remove, records to write (new, or of another source; of
 * several sources the first counts). While a source has not listed, what may be of it stays: its own members, and those of a source
 * that nobody knows any more. The caller removes before it adds, so that an engine that changed its address can come back under the
 * new one (spec 2.2).
 */
export function memberDiff(current: ReadonlyMap<string, MemberRecord>, lists: readonly SourceList[]): MemberDiff {
  const wanted = wantedMembers(lists);
  const listed = new Set(lists.filter(({ addresses }) => addresses !== undefined).map(({ source }) => source));
  const isComplete = listed.size === lists.length;
  const removed = [...current.values()].filter(({ key, source }) => !wanted.has(key) && (isComplete || listed.has(source)));
  const added = [...wanted.values()].filter((member) => {
    const known = current.get(member.key);
    if (known === undefined || known.address !== member.address) return true;
    return known.source !== member.source && (isComplete || listed.has(known.source));
  });
  return { removed: removed.map(({ key }) => key), added };
}

function wantedMembers(lists: readonly SourceList[]): ReadonlyMap<string, MemberRecord> {
  const wanted = new Map<string, MemberRecord>();
  for (const { source, addresses = [] } of lists) {
    for (const address of addresses) {
      const key = engineKey(address);
      if (!wanted.has(key)) wanted.set(key, { key, address, source });
    }
  }
  return wanted;
}
