/** Host ports of a binding: `''` and `0` none, `80` one, `8000-8010` each of the range. What is no port gives none. */
export function expandPorts(text: string): number[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return [];
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  if (from === 0 || to < from || to > 65_535) return [];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
