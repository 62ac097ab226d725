import type { PlacementRequest } from '#contracts';
import type { Candidate } from './candidate.ts';
import { type Finding, isRanked, type Judging } from './judging.ts';
import { draw, type Placement, placementOn } from './place.ts';

/**
 * What the rules say of all candidates to one kind of request, kept: a placement judges again only those that have changed since the last one, and finds
 * the best in two rows of numbers. Walking over a thousand engines and what they hold is bound by memory: there it took a hundred times as long.
 */
export class KeptRanking {
  readonly #judge: Judging['judge'];
  readonly #findings: Finding[];
  /** By place of the candidate; NaN = refused, which is neither less than nor equal to anything. */
  readonly #scores: Float64Array;
  readonly #tieBreaks: Float64Array;
  readonly #changed = new Set<number>();

  /** `candidates` in node order. `judge`: of the soft pass, by rules that look at the candidate alone. */
  constructor(candidates: readonly Candidate[], judge: Judging['judge']) {
    this.#judge = judge;
    this.#findings = candidates.map(judge);
    this.#scores = Float64Array.from(this.#findings, scoreOf);
    this.#tieBreaks = Float64Array.from(this.#findings, tieBreakOf);
  }

  /** The candidate of that place holds more or less than before. */
  changed(place: number): void {
    this.#changed.add(place);
  }

  /** What `place` would say; `undefined` = nowhere. */
  place(request: PlacementRequest, fraction: () => number): Placement | undefined {
    this.#judgeChanged();
    const hasImage = (place: number) => this.#findings[place]?.candidate.hasImage(request.image) === true;
    const place = draw(this.#best(), hasImage, fraction);
    const best = place === undefined ? undefined : this.#findings[place];
    return best === undefined || !isRanked(best) ? undefined : placementOn(best, this.#findings, request, 'soft');
  }

  #judgeChanged(): void {
    for (const place of this.#changed) {
      const known = this.#findings[place];
      if (known === undefined) continue;
      const finding = this.#judge(known.candidate);
      this.#findings[place] = finding;
      this.#scores[place] = scoreOf(finding);
      this.#tieBreaks[place] = tieBreakOf(finding);
    }
    this.#changed.clear();
  }

  /** Places of the best rank, in their order. */
  #best(): number[] {
    const places: number[] = [];
    let score = Number.POSITIVE_INFINITY;
    let tieBreak = Number.POSITIVE_INFINITY;
    for (let place = 0; place < this.#scores.length; place++) {
      const next = this.#scores[place] ?? Number.NaN;
      if (!(next <= score)) continue;
      const nextTieBreak = this.#tieBreaks[place] ?? Number.NaN;
      if (next < score || nextTieBreak < tieBreak) {
        score = next;
        tieBreak = nextTieBreak;
        places.length = 0;
      }
      if (nextTieBreak === tieBreak) places.push(place);
    }
    return places;
  }
}

function scoreOf(finding: Finding): number {
  return isRanked(finding) ? finding.score : Number.NaN;
}

function tieBreakOf(finding: Finding): number {
  return isRanked(finding) ? finding.tieBreak : Number.NaN;
}
