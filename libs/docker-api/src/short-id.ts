/** Length of the IDs that clients show and send back. */
export const shortIdLength = 12;

/** Of an ID without a prefix such as `sha256:`. */
export function shortId(id: string): string {
  return id.slice(0, shortIdLength);
}
