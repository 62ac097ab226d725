import { windowBytesPerMs, windowMaxBytes, windowNearBytes } from './limits.ts';

/** Links that are remembered; of a fleet with more agents the others are measured anew. */
const linksMax = 10_000;
/** A link that became longer is believed after so many openings of its tunnels that all took longer. */
const believedAfter = 100;

type Link = { readonly shortestMs: number; readonly longerSince: number };

/**
 * How long the ways to engines behind agents are, by the shortest of the times that the openings of tunnels took: the way there and back
 * and a moment at the daemon. Longer times say that the machines were busy.
 */
export class LinkLengths {
  readonly #links = new Map<string, Link>();

  /** An opening took so long. */
  note(engine: string, tookMs: number): void {
    const known = this.#links.get(engine);
    const isShorter = known === undefined || tookMs <= known.shortestMs || known.longerSince >= believedAfter;
    const link = isShorter ? { shortestMs: tookMs, longerSince: 0 } : { ...known, longerSince: known.longerSince + 1 };
    if (known === undefined && this.#links.size >= linksMax) this.#links.clear();
    this.#links.set(engine, link);
  }

  /** What keeps the link to the engine busy, in bytes; the most where nothing is known of it. */
  windowOf(engine: string): number {
    const link = this.#links.get(engine);
    if (link === undefined) return windowMaxBytes;
    const neededBytes = Math.ceil(link.shortestMs * windowBytesPerMs);
    return Math.min(windowMaxBytes, Math.max(windowNearBytes, neededBytes));
  }
}
