import type { PlacementRequest } from '#contracts';
import type { Candidate } from './candidate.ts';
import { prepareJudging } from './judging.ts';
import { KeptRanking } from './kept-ranking.ts';
import type { Placement } from './place.ts';
import type { PlacementOptions } from './placement-options.ts';
import { kindOf } from './request-kind.ts';

/** Kinds of requests kept, the last used ones: a fleet creates many containers of few kinds; each costs some 100 kB at a thousand engines. */
const kindsMax = 16;

/** Rankings of the kinds of requests that come again and again, over the whole fleet. */
export class KeptRankings {
  #candidates: readonly Candidate[] = [];
  #places = new Map<string, number>();
  readonly #kinds = new Map<string, KeptRanking>();

  /** Other engines, or an engine is not what it was: nothing that was kept counts any more. In node order. */
  renew(candidates: readonly Candidate[]): void {
    this.#candidates = candidates;
    this.#places = new Map(candidates.map(({ key }, place) => [key, place]));
    this.#kinds.clear();
  }

  /** An engine holds more or less than before. */
  changed(key: string): void {
    const place = this.#places.get(key);
    if (place !== undefined) for (const kept of this.#kinds.values()) kept.changed(place);
  }

  /** What `place` would say of all candidates; `undefined` = it is to be asked: nothing can be kept of such a request, or no engine is left for it. */
  place(request: PlacementRequest, options: PlacementOptions, fraction: () => number): Placement | undefined {
    const kind = kindOf(request, options);
    if (kind === undefined) return undefined;
    return this.#ranking(kind, request, options, fraction).place(request, fraction);
  }

  #ranking(kind: string, request: PlacementRequest, options: PlacementOptions, fraction: () => number): KeptRanking {
    const known = this.#kinds.get(kind);
    const candidates = this.#candidates;
    const ranking =
      known ??
      new KeptRanking(candidates, prepareJudging(request, candidates, options, fraction, { pass: 'soft', ties: [] }).judge);
    // The one used last stands last.
    this.#kinds.delete(kind);
    this.#kinds.set(kind, ranking);
    const [oldest] = this.#kinds.keys();
    if (this.#kinds.size > kindsMax && oldest !== undefined) this.#kinds.delete(oldest);
    return ranking;
  }
}
