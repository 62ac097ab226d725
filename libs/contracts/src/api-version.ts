/** `1.41` as numbers; `undefined` when it is no version. */
function parse(version: string): readonly number[] | undefined {
  return /^\d+(\.\d+)*$/.test(version) ? version.split('.').map(Number) : undefined;
}

/** Compares numerically, part by part: negative when a is older. Anything that is no version counts as 0. */
export function compareApiVersions(a: string, b: string): number {
  const left = parse(a) ?? [0];
  const right = parse(b) ?? [0];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
