/** Docker's booleans: empty, `0`, `no`, `false` and `none` in any case are false, all else is true (docker-api.md 1.1). */
export function isFalse(text: string): boolean {
  return ['', '0', 'no', 'false', 'none'].includes(text.trim().toLowerCase());
}
