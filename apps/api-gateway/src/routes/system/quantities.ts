const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes as Docker prints them: four significant digits, binary units (`24.72 GiB`, `0 B`). */
export function binarySize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toPrecision(4))} ${binaryUnits[unit]}`;
}

/** CPUs without trailing zeros: `1`, `0.5`. */
export function cpuCount(nanoCpus: number): string {
  return String(Number((nanoCpus / 1e9).toFixed(2)));
}
