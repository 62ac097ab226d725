import type { ServerResponse } from 'node:http';
import type { EngineSummary, EventNotice, FleetPoint, FleetStatus, PlacementNotice } from '#contracts';
import type { Clock } from '#service-shell';
import { FeedViewer } from './feed-viewer.ts';
import type { Happenings } from './happenings.ts';
import { ToldEngines } from './told-engines.ts';

/** Pages are told of changes this often, ms: at once to the eye, and however much happens two messages a second. */
const messageIntervalMs = 500;
/** So that a connection that is gone is noticed, and proxies do not cut a quiet one. */
const quietMaxMs = 15_000;

export type SessionParts = {
  readonly clock: Clock;
  readonly summaryOf: (key: string) => EngineSummary | undefined;
  readonly points: Happenings<FleetPoint>;
  readonly placements: Happenings<PlacementNotice>;
  readonly events: Happenings<EventNotice>;
};

/** What all pages that watch at one time share: each message is made once, whoever gets it. */
export class FeedSession {
  readonly #parts: SessionParts;
  readonly #engines = new ToldEngines();
  readonly #viewers = new Set<FeedViewer>();
  #status: FleetStatus | undefined;
  #hasNewStatus = false;
  #lastToldMs: number;
  #cancel: () => void;

  constructor(parts: SessionParts, keys: Iterable<string>) {
    this.#parts = parts;
    this.#lastToldMs = parts.clock.monotonicMs();
    this.#engines.mark(keys);
    // All of them: nobody has been told anything yet.
    while (this.#engines.news(parts.summaryOf).changed.length > 0);
    for (const happenings of [parts.points, parts.placements, parts.events]) happenings.news();
    this.#cancel = parts.clock.after(messageIntervalMs, () => this.#tell());
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** The returned function ends it. */
  join(response: ServerResponse, welcome: object): () => void {
    const viewer = new FeedViewer(response, message(JSON.stringify(welcome)), this.#whole());
    this.#viewers.add(viewer);
    return () => this.#viewers.delete(viewer);
  }

  /** Something of these engines may have changed. */
  mark(keys: Iterable<string>): void {
    this.#engines.mark(keys);
  }

  /** Another view stands in the place of the last one: any engine may have changed, come or gone. */
  markAll(keys: Iterable<string>): void {
    this.#engines.mark(this.#engines.keys());
    this.#engines.mark(keys);
  }

  setStatus(status: FleetStatus): void {
    this.#status = status;
    this.#hasNewStatus = true;
  }

  end(): void {
    this.#cancel();
    for (const viewer of this.#viewers) viewer.end();
    this.#viewers.clear();
  }

  #tell(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const change = this.#change() ?? this.#stillHere(nowMs);
    if (change !== undefined) this.#lastToldMs = nowMs;
    let whole: Buffer | undefined;
    const wholeOnce = () => {
      whole ??= this.#whole();
      return whole;
    };
    for (const viewer of this.#viewers) viewer.tell(change, wholeOnce, nowMs);
    this.#cancel = this.#parts.clock.after(messageIntervalMs, () => this.#tell());
  }

  #change(): Buffer | undefined {
    const { summaryOf, clock } = this.#parts;
    const [points, placements, events] = [this.#parts.points.news(), this.#parts.placements.news(), this.#parts.events.news()];
    const { changed, gone } = this.#engines.news(summaryOf);
    const status = this.#hasNewStatus ? this.#status : undefined;
    const isNews = [changed, gone, placements, events, points].some(({ length }) => length > 0) || status !== undefined;
    if (!isNews) return undefined;
    this.#hasNewStatus = false;
    const rest = JSON.stringify({ type: 'change', atMs: clock.nowMs(), gone, points, placements, events, status });
    return message(withEngines(rest, changed));
  }

  #whole(): Buffer {
    const { clock, points, placements, events } = this.#parts;
    const said = { points: points.told, placements: placements.told, events: events.told, status: this.#status };
    return message(withEngines(JSON.stringify({ type: 'whole', atMs: clock.nowMs(), ...said }), this.#engines.whole()));
  }

  /** A comment of the stream, which pages do not see. */
  #stillHere(nowMs: number): Buffer | undefined {
    return nowMs - this.#lastToldMs >= quietMaxMs ? Buffer.from(':\n\n') : undefined;
  }
}

/** Of server-sent events; JSON has no line ends of its own. */
function message(json: string): Buffer {
  return Buffer.from(`data: ${json}\n\n`);
}

/** The engines are JSON already. */
function withEngines(object: string, engines: readonly string[]): string {
  return `${object.slice(0, -1)},"engines":[${engines.join(',')}]}`;
}
