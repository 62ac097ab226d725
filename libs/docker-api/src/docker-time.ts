/** ms since 1970 of an RFC 3339 time; 0 for Go's zero time and for what is no time. */
export function timeMs(text: string | null | undefined): number {
  if (text === undefined || text === null || text === '' || text.startsWith('0001-01-01')) return 0;
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(ms) ? 0 : ms;
}
