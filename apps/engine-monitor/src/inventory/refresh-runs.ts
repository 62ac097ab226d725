import type { Touched } from '#contracts';
import type { Clock } from '#service-shell';
import type { ListedKind } from './engine-reader.ts';
import { SharedRun } from './shared-run.ts';
import { Slots } from './slots.ts';

/** Containers inspected at once in a reading of all: enough to hide the latency, not enough to keep users' calls waiting. */
const inspectionsMax = 8;
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
  readonly readContainer: (reference: string) => Promise<void>;
  /** The same for one that was just created or started. */
  readonly readChanged: (id: string) => Promise<void>;
  readonly readList: (kind: ListedKind) => Promise<void>;
};

/** Who re-reads what over one connection, bounded: an object's runs never overlap, and calls made while one runs share the next. */
export class RefreshRuns {
  readonly lists: { readonly [K in ListedKind]: SharedRun<void> };
  readonly inspections = new Slots(inspectionsMax, Number.POSITIVE_INFINITY);
  readonly #clock: Clock;
  readonly #afterCalls: ContainerRuns;
  readonly #afterEvents: ContainerRuns;
  readonly #soon = new Map<ListedKind, Promise<void>>();
  readonly #tookMs = new Map<ListedKind, number>();

  constructor({ clock, readContainer, readChanged, readList }: RefreshRunsParts) {
    this.#clock = clock;
    this.#afterCalls = new ContainerRuns({ readContainer, readChanged }, refreshesMax);
    this.#afterEvents = new ContainerRuns({ readContainer, readChanged }, eventRefreshesMax);
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

  async refreshSoon(touched: Touched): Promise<void> {
    const kinds = listedKinds(touched);
    await Promise.all([
      ...touched.containers.map((id) => this.#afterEvents.run(id)),
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

type Depth = 'whole' | 'changed';

/** Refreshes of single containers for one kind of caller. */
class ContainerRuns {
  readonly #reads: Pick<RefreshRunsParts, 'readContainer' | 'readChanged'>;
  readonly #slots: Slots;
  readonly #runs = new Map<string, SharedRun<void>>();
  /** Containers whose next run somebody wants whole; the others share it. */
  readonly #whole = new Set<string>();

  constructor(reads: Pick<RefreshRunsParts, 'readContainer' | 'readChanged'>, concurrent: number) {
    this.#reads = reads;
    this.#slots = new Slots(concurrent, refreshesWaitingMax);
  }

  run(reference: string, depth: Depth = 'whole'): Promise<void> {
    if (depth === 'whole') this.#whole.add(reference);
    let run = this.#runs.get(reference);
    if (run === undefined) {
      run = new SharedRun(() => this.#slots.use(() => this.#read(reference)));
      this.#runs.set(reference, run);
    }
    const shared = run;
    return shared.run().finally(() => {
      if (!shared.idle) return;
      this.#runs.delete(reference);
      this.#whole.delete(reference);
    });
  }

  #read(reference: string): Promise<void> {
    return this.#whole.delete(reference) ? this.#reads.readContainer(reference) : this.#reads.readChanged(reference);
  }
}

function listedKinds({ images, networks, volumes }: Touched): ListedKind[] {
  return [
    ...(images ? (['image'] as const) : []),
    ...(networks ? (['network'] as const) : []),
    ...(volumes ? (['volume'] as const) : []),
  ];
}
