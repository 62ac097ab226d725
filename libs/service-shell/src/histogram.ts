import type { MetricSample } from './metrics-text.ts';

/** Upper bounds of the buckets, seconds: of answers and of what is late, from a cached list to a pull that holds everybody. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** How long something takes, in Prometheus' sense. */
export class Histogram {
  readonly #buckets = new Uint32Array(bounds.length);
  #count = 0;
  #seconds = 0;

  observe(seconds: number): void {
    this.#count += 1;
    this.#seconds += seconds;
    const bucket = bounds.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
  }

  samples(labels: Readonly<Record<string, string>> = {}): MetricSample[] {
    let below = 0;
    const samples: MetricSample[] = bounds.map((bound, index) => {
      below += this.#buckets[index] ?? 0;
      return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below };
    });
    samples.push({ suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: this.#count });
    samples.push({ suffix: '_sum', labels, value: this.#seconds });
    samples.push({ suffix: '_count', labels, value: this.#count });
    return samples;
  }
}
