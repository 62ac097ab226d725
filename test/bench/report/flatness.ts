/** Memory at a time, both since the watch began. */
export type MemorySample = { readonly atMs: number; readonly mib: number };

export type Growth = {
  /** MiB a minute, of the straight line that fits the samples behind the warm-up best. */
  readonly slopeMib: number;
  /** From the median of the second quarter to that of the last, MiB. */
  readonly grownMib: number;
  /** What it may be to count as flat. */
  readonly allowedMib: number;
  readonly isFlat: boolean;
};

/** Of the time that is watched: caches fill and code is compiled in it. */
const warmUpPart = 0.25;
const breathPart = 0.1;

/** The rule of "flat": the last quarter's median lies above the second's by at most `breathMib` or a tenth, whichever is more. */
export function growthOf(samples: readonly MemorySample[], breathMib: number): Growth {
  const endMs = samples.at(-1)?.atMs ?? 0;
  const quarter = (number: number) =>
    samples.filter(({ atMs }) => atMs >= (endMs * number) / 4 && atMs <= (endMs * (number + 1)) / 4).map(({ mib }) => mib);
  const [early, late] = [median(quarter(1)), median(quarter(3))];
  const grownMib = late - early;
  const behind = samples.filter(({ atMs }) => atMs >= endMs * warmUpPart);
  const allowedMib = Math.max(breathMib, early * breathPart);
  return { slopeMib: slopeOf(behind) * 60_000, grownMib, allowedMib, isFlat: grownMib <= allowedMib };
}

/** Least squares, MiB a ms. */
function slopeOf(samples: readonly MemorySample[]): number {
  const mean = (of: (sample: MemorySample) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [meanMs, meanMib] = [mean(({ atMs }) => atMs), mean(({ mib }) => mib)];
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - meanMs) ** 2, 0);
  const together = samples.reduce((sum, { atMs, mib }) => sum + (atMs - meanMs) * (mib - meanMib), 0);
  return spread === 0 ? 0 : together / spread;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
