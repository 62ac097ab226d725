const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `3.8 GiB` */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** power;
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `12,480` */
export function whole(count: number): string {
  return grouped.format(count);
}

/** `0`, `0.4`, `12`: what happens in a second, as precisely as one reads it at a glance. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '0';
  return perSecond < 10 ? perSecond.toFixed(1) : whole(perSecond);
}

/** `1.5` of CPUs, without a needless end. */
export function cpus(count: number): string {
  return String(Math.round(count * 100) / 100);
}

/** `37%` */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
