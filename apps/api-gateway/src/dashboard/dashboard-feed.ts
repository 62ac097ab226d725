import type { ServerResponse } from 'node:http';
import {
  BaleenError,
  decodeRecord,
  type EventNotice,
  type FleetPoint,
  PlacementNotice,
  subjects,
  type Welcome,
} from '#contracts';
import type { Fleet } from '../fleet.ts';
import type { EventHub } from '../routes/events/event-hub.ts';
import type { FleetEvent } from '../routes/events/fleet-event.ts';
import { fleetStatus } from '../routes/status/fleet-status.ts';
import { type FeedLens, feedLens } from './feed-lens.ts';
import { FeedSession } from './feed-session.ts';
import { FleetGauge } from './fleet-gauge.ts';
import { Happenings } from './happenings.ts';

/** More pages at one gateway are not somebody looking. */
const viewersMax = 200;
const pointIntervalMs = 2_000;
/** Five minutes. */
const pointsMax = 150;
/** As many as a panel shows without being searched. */
const noticesMax = 100;
/** Of leadership, monitors and NATS: asked of the log, for all pages at once. */
const statusIntervalMs = 5_000;

/** What the gateway has found out about who watches. */
export type Watcher = Pick<Welcome, 'identity' | 'mayAct' | 'mayExplain'>;

/**
 * What the dashboard is told, live, of everything or of a tenant's share. Points and placements of everything are kept from the start, for whoever
 * comes; all else, and everything of a tenant's, costs something only while a page watches.
 */
export class DashboardFeed {
  readonly #fleet: Fleet;
  readonly #hub: EventHub;
  readonly #lens: FeedLens;
  readonly #gauge = new FleetGauge();
  readonly #points = new Happenings<FleetPoint>(pointsMax);
  readonly #placements = new Happenings<PlacementNotice>(noticesMax);
  readonly #counted = { placements: 0, refusals: 0, events: 0 };
  #heard: { stop(): void } | undefined;
  #session: { readonly feed: FeedSession; readonly end: () => void } | undefined;
  #cancelPoint: () => void = () => undefined;

  constructor(fleet: Fleet, hub: EventHub) {
    this.#fleet = fleet;
    this.#hub = hub;
    this.#lens = feedLens(fleet);
    fleet.retired?.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** Begins to keep. */
  start(): void {
    this.#heard = this.#fleet.bus.subscribe(subjects.decided(), (_subject, payload) => this.#onPlacement(payload));
    this.#look();
  }

  /** Writes to the response that `open` makes until `gone` says that nobody reads it. Throws cluster/busy when too many watch. */
  watch(open: () => ServerResponse, gone: AbortSignal, watcher: Watcher): void {
    if ((this.#session?.feed.size ?? 0) >= viewersMax)
      throw new BaleenError('cluster/busy', `${viewersMax} pages watch this gateway already: close one, or ask another gateway`);
    if (gone.aborted) return;
    if (!this.#lens.isWhole && this.#heard === undefined) this.start();
    this.#session ??= this.#begin();
    const { feed } = this.#session;
    const { instance: gateway, version, config } = this.#fleet;
    const leave = feed.join(open(), { type: 'welcome', gateway, version, cluster: config.cluster, ...watcher });
    const onGone = () => {
      leave();
      if (feed.size > 0 || this.#session?.feed !== feed) return;
      if (this.#lens.isWhole) this.#end();
      else this.stop();
    };
    gone.addEventListener('abort', onGone, { once: true });
  }

  stop(): void {
    this.#end();
    this.#cancelPoint();
    this.#heard?.stop();
    this.#heard = undefined;
  }

  #begin(): { feed: FeedSession; end: () => void } {
    const { follower, clock } = this.#fleet;
    const memberKeys = () => follower.view.members().map(({ key }) => key);
    const events = new Happenings<EventNotice>(noticesMax);
    const isTold = this.#lens.eventTest();
    for (const event of this.#hub.ownEvents) if (isTold(event)) events.add(noticeOf(event));
    const feed = new FeedSession(
      {
        clock,
        summaryOf: (key) => {
          const engine = follower.view.engine(key);
          return engine?.member && this.#lens.summary(engine);
        },
        points: this.#points,
        placements: this.#placements,
        events,
      },
      memberKeys(),
    );
    const unwatch = follower.watch({
      onApplied: (changed) => {
        if ('key' in changed) feed.mark([changed.key]);
        // Of its engines the log says nothing more by itself.
        else if (changed.type === 'registration') feed.mark(this.#abandonedKeys());
      },
      onSettled: () => feed.markAll(memberKeys()),
    });
    const unlisten = this.#hub.listen((event) => {
      if (!isTold(event)) return;
      this.#counted.events += 1;
      events.add(noticeOf(event));
    });
    const stopAsking = this.#lens.isWhole ? this.#askStatus(feed) : () => undefined;
    const end = () => {
      for (const step of [unwatch, unlisten, stopAsking]) step();
      feed.end();
    };
    return { feed, end };
  }

  #end(): void {
    this.#session?.end();
    this.#session = undefined;
  }

  #abandonedKeys(): string[] {
    const abandoned = this.#fleet.follower.view.members().filter(({ words }) => words.isAbandoned);
    return abandoned.map(({ key }) => key);
  }

  #askStatus(feed: FeedSession): () => void {
    const { clock } = this.#fleet;
    let isOver = false;
    let cancel: () => void = () => undefined;
    const ask = async () => {
      const status = await fleetStatus(this.#fleet);
      if (isOver) return;
      feed.setStatus(status);
      cancel = clock.after(statusIntervalMs, () => void ask());
    };
    void ask();
    return () => {
      isOver = true;
      cancel();
    };
  }

  #look(): void {
    const { follower, clock, meter } = this.#fleet;
    const ofGateway = this.#lens.isWhole ? { requests: meter.total, events: this.#hub.heard } : { requests: 0 };
    const engines = follower.view.members().filter((engine) => this.#lens.shows(engine));
    const point = this.#gauge.look(engines, { ...this.#counted, ...ofGateway }, clock.nowMs());
    if (point !== undefined) this.#points.add(point);
    this.#cancelPoint = clock.after(pointIntervalMs, () => this.#look());
  }

  #onPlacement(payload: Uint8Array): void {
    try {
      const notice = this.#lens.placement(decodeRecord(PlacementNotice, payload));
      if (notice === undefined) return;
      this.#counted[notice.node === undefined ? 'refusals' : 'placements'] += 1;
      this.#placements.add(notice);
    } catch (err) {
      this.#fleet.logger.warn({ err }, 'notice of a placement cannot be read');
    }
  }
}

/** An exec's action carries its command line, which is nobody's here: what stands behind the colon is left out. */
function noticeOf({ Type = '', Action = '', Actor, timeNano = 0, node }: FleetEvent): EventNotice {
  const subject = Actor?.Attributes?.['name'] ?? Actor?.ID ?? '';
  return { atMs: Math.trunc(timeNano / 1e6), type: Type, action: Action.split(':')[0] ?? '', subject, node: node.Name };
}
