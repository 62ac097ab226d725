/** Ownership stamp of a record: epoch counts owners, sequence orders one owner's words. */
export type Stamp = { readonly epoch: number; readonly sequence: number };

/** An older owner never overwrites a newer one, however late its words arrive. */
export function supersedes(next: Stamp, current: Stamp | undefined): boolean {
  return (
    current === undefined || next.epoch > current.epoch || (next.epoch === current.epoch && next.sequence > current.sequence)
  );
}
