import type { PlacementRequest } from '#contracts';

/** Key of a group in `Candidate.groups`; a newline cannot occur in a label's key. */
export function groupKey(label: string, value: string): string {
  return `${label}\n${value}`;
}

/** The groups that labels put a resource in; empty values make none. The ledger counts members with the same function. */
export function groupsOf(labels: Readonly<Record<string, string>>, groupLabels: readonly string[]): string[] {
  return groupLabels.flatMap((label) => {
    const value = labels[label];
    return value === undefined || value === '' ? [] : [groupKey(label, value)];
  });
}

/** `container:<ref>` and other references of a request that must be on one engine, as classic prints them (spec 5.5). */
export function dependenciesOf(request: PlacementRequest): { readonly reference: string; readonly text: string }[] {
  return [
    ...request.volumesFrom.map((reference) => ({ reference, text: `--volumes-from=${reference}` })),
    ...request.links.map((reference) => ({ reference, text: `--link=${reference}` })),
    ...request.namespaces.map(({ kind, reference }) => ({ reference, text: `--${kind}=container:${reference}` })),
  ];
}
