import type { Touched } from '#contracts';
import type { Clock } from '#service-shell';
import type { ContainerRefresh } from './container-refresh.ts';
import type { ListedKind } from './engine-reader.ts';
import type { EventRefresh, StateTold } from './event-refresh.ts';
import { SharedRun } from './shared-run.ts';
import { Slots } from './slots.ts';

/** Single containers refreshed at once after calls: their clients wait. */
const refreshesMax = 16;
/** The same after events, beside those: fewer, so that a burst of events keeps no client waiting. */
const eventRefreshesMax = 8;
/** Calls of an engine under way are fewer; beyond it a refresh is refused and the next resync mends it. */
const refreshesWaitingMax = 2_000;
/** A burst of events about images, networks or volumes makes one list call per this many ms, or per as long as the last one took. */
const listRestMs = 30;

export type RefreshRunsParts = {
  readonly clock: Clock;
  readonly containers: ContainerReads;
  readonly readList: (kind: ListedKind) => Promise<void>;
};

/** Who re-reads what over one connection, bounded: an object's runs never overlap, and calls made while one runs share the next. */
export class RefreshRuns {
  readonly lists: { readonly [K in ListedKind]: SharedRun<void> };
  readonly #clock: Clock;
  readonly #afterCalls: ContainerRuns;
  readonly #afterEvents: ContainerRuns;
  readonly #soon = new Map<ListedKind, Promise<void>>();
  readonly #tookMs = new Map<ListedKind, number>();

  constructor({ clock, readList, containers }: RefreshRunsParts) {
    this.#clock = clock;
    this.#afterCalls = new ContainerRuns(containers, refreshesMax);
    this.#afterEvents = new ContainerRuns(containers, eventRefreshesMax);
    const list = (kind: ListedKind) =>
      new SharedRun(async () => {
        const beganMs = clock.monotonicMs();
        await readList(kind);
        this.#tookMs.set(kind, clock.monotonicMs() - beganMs);
      });
    this.lists = { image: list('image'), network: list('network'), volume: list('volume') };
  }

  async refresh(touched: Touched): Promise<void> {
    const kinds = listedKinds(touched);
    await Promise.all([
      ...touched.containers.map((id) => this.#afterCalls.run(id)),
      ...kinds.map((kind) => this.lists[kind].run()),
    ]);
  }

  refreshChanged(container: string): Promise<void> {
    return this.#afterCalls.run(container, 'changed');
  }

  async refreshSoon({ touched, tells }: Pick<EventRefresh, 'touched' | 'tells'>): Promise<void> {
    const kinds = listedKinds(touched);
    await Promise.all([
      ...touched.containers.map((id) => this.#afterEvents.run(id, tells)),
      ...kinds.map((kind) => this.#listSoon(kind)),
    ]);
  }

  #listSoon(kind: ListedKind): Promise<void> {
    const waiting = this.#soon.get(kind);
    if (waiting !== undefined) return waiting;
    const restMs = Math.max(listRestMs, this.#tookMs.get(kind) ?? 0);
    const soon = new Promise<void>((resolve) => {
      this.#clock.after(restMs, resolve);
    }).then(() => {
      this.#soon.delete(kind);
      return this.lists[kind].run();
    });
    this.#soon.set(kind, soon);
    return soon;
  }
}

/** How a container is to be read: whole, after a create or start of ours, or after an event that told of its state. */
type Depth = 'whole' | 'changed' | StateTold;

type ContainerReads = Pick<ContainerRefresh, 'readWhole' | 'readChanged' | 'readTold'>;

/** Refreshes of single containers for one kind of caller. */
class ContainerRuns {
  readonly #reads: ContainerReads;
  readonly #slots: Slots;
  readonly #runs = new Map<string, SharedRun<void>>();
  /** How each container's next run is wanted; whole where those who share it want different things. */
  readonly #depths = new Map<string, Depth>();

  constructor(reads: ContainerReads, concurrent: number) {
    this.#reads = reads;
    this.#slots = new Slots(concurrent, refreshesWaitingMax);
  }

  run(reference: string, depth: Depth = 'whole'): Promise<void> {
    this.#depths.set(reference, (this.#depths.get(reference) ?? depth) === depth ? depth : 'whole');
    let run = this.#runs.get(reference);
    if (run === undefined) {
      run = new SharedRun(() => this.#read(reference));
      this.#runs.set(reference, run);
    }
    const shared = run;
    return shared.run().finally(() => {
      if (shared.idle) this.#runs.delete(reference);
    });
  }

  /** What a list entry tells takes no slot: those requests are gathered, and one at a time. */
  async #read(reference: string): Promise<void> {
    const depth = this.#depths.get(reference) ?? 'whole';
    this.#depths.delete(reference);
    if (depth === 'changed') return this.#slots.use(() => this.#reads.readChanged(reference));
    const read = depth === 'whole' ? () => this.#reads.readWhole(reference) : await this.#reads.readTold(reference, depth);
    if (read !== undefined) await this.#slots.use(read);
  }
}

function listedKinds({ images, networks, volumes }: Touched): ListedKind[] {
  return [
    ...(images ? (['image'] as const) : []),
    ...(networks ? (['network'] as const) : []),
    ...(volumes ? (['volume'] as const) : []),
  ];
}
