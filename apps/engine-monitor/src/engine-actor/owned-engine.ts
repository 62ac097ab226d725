import { type Actor, spawn } from '#actor';
import type { ClusterBus, Served } from '#cluster-bus';
import type { ClusterLog, Lease, StandingOf } from '#cluster-log';
import { BaleenError, EngineRecord, type MemberRecord, readRecord, subjects } from '#contracts';
import { type Clock, type Logger, type Randomness, within } from '#service-shell';
import { DaemonClaims } from '../claims/daemon-claims.ts';
import { EngineCommander } from '../commands/engine-commander.ts';
import { TermFence, termOf } from '../commands/term-fence.ts';
import { EventFeed } from '../events/event-feed.ts';
import { OwnChanges } from '../events/own-changes.ts';
import type { InspectionBudget } from '../inventory/inspection-budget.ts';
import { Inventory } from '../inventory/inventory.ts';
import type { ReadingTurns } from '../inventory/reading-turns.ts';
import { RecordPublisher } from '../inventory/record-publisher.ts';
import type { SharedRun } from '../inventory/shared-run.ts';
import type { Slots } from '../inventory/slots.ts';
import { noRecords, type StandingRecords, standingRecords } from '../inventory/standing-records.ts';
import { engineBehaviour } from './engine-behaviour.ts';
import { type EngineConnection, isConnectionFailure } from './engine-connection.ts';
import { EngineEffects } from './engine-effects.ts';
import type { EngineActorState, EngineMessage } from './engine-messages.ts';
import type { EngineSettings } from './engine-settings.ts';
import type { HeardOfLog } from './heard-of-log.ts';
import { infoWriter } from './info-writer.ts';
import { heldLog, leasedWriter } from './leased-writer.ts';
import { serveCommands } from './serve-commands.ts';

export type OwnedEngineParts = {
  readonly member: MemberRecord;
  readonly lease: Lease;
  readonly log: ClusterLog;
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly settings: EngineSettings;
  /** Id of this monitor process. */
  readonly monitor: string;
  readonly connect: (address: string) => EngineConnection;
  readonly writeSlots: Slots;
  readonly readingTurns: ReadingTurns;
  readonly inspections: InspectionBudget;
  /** What the owner has heard of the log already. Default: the log is asked. */
  readonly heard?: HeardOfLog;
  /** How another member's claim on the daemon stands. Default: by the log. */
  readonly standingOf?: StandingOf;
  /** False once another may own the engine: no command is carried out any more. */
  readonly isOwned: () => boolean;
  /** The actor used up its restarts: the owner gives the engine up. */
  readonly onGiveUp: () => void;
};

/** Messages of probes, calls and timers waiting for their turn; turns take microseconds, so this is never near. */
const mailboxMax = 10_000;
const restartBudget = { restarts: 5, windowMs: 60_000 };
/** Commands in flight when the engine is given back may end in this time; the whole stop is to last 5 s. Longer ones are cut off. */
const finishInFlightMs = 2_000;
/** Then events that wait for their records may leave, and what the next owner must know may reach the log. */
const handOverMs = 1_000;

/** One engine while this process holds its lease: actor, inventory, events and commands. */
export class OwnedEngine {
  readonly #parts: OwnedEngineParts;
  readonly #logger: Logger;
  readonly #records: RecordPublisher;
  readonly #connection: EngineConnection;
  readonly #effects: EngineEffects;
  readonly #actor: Actor<EngineActorState, EngineMessage>;
  readonly #inventory: Inventory;
  readonly #ownChanges: OwnChanges;
  readonly #feed: EventFeed;
  /** Writes `engine.<key>.info`. */
  readonly #infoRun: SharedRun<void>;
  readonly #closed = new AbortController();
  readonly #serving: Promise<Served>;

  /** Reads what an earlier owner left in the log, then starts. Rejects with cluster/* when the log does not answer. */
  static async start(parts: OwnedEngineParts): Promise<OwnedEngine> {
    const { log, member, heard } = parts;
    const [standing, term] = await Promise.all([
      heard?.isRecorded === false ? noRecords : standingRecords(log, member.key),
      heard?.leadingTerm ?? log.get(subjects.lease('scheduler')).then(termOf),
    ]);
    const engine = new OwnedEngine(parts, standing, term);
    await engine.#serving;
    return engine;
  }

  private constructor(parts: OwnedEngineParts, standing: StandingRecords, term: number) {
    this.#parts = parts;
    const { member, lease, log, clock, settings, writeSlots: slots } = parts;
    const inherited = readRecord(EngineRecord, standing.info?.payload);
    this.#logger = parts.logger.child({ engine: member.key, address: member.address });
    const { signal: closed } = this.#closed;
    this.#records = new RecordPublisher(leasedWriter({ engine: member.key, lease, log, clock, slots, closed }));
    this.#records.adopt(standing);
    this.#connection = parts.connect(member.address);
    this.#inventory = this.#newInventory(inherited);
    this.#inventory.adopt(standing.objects);
    this.#ownChanges = new OwnChanges(clock);
    this.#feed = this.#newFeed(inherited);
    this.#infoRun = infoWriter({
      ...parts,
      records: this.#records,
      inventory: this.#inventory,
      feed: this.#feed,
      state: () => this.#actor.state,
    });
    const effects = this.#newEffects(inherited);
    this.#effects = effects;
    // Effects begin in a later microtask: the first ones read the actor that `spawn` is still making.
    this.#actor = spawn(engineBehaviour(settings, member.address, clock.nowMs(), inherited), {
      mailboxMax,
      perform: (effect, self) => Promise.resolve().then(() => effects.perform(effect, self)),
      onDefect: (error, cause) => this.#logger.error({ err: error, cause }, 'defect in an engine actor'),
      onGiveUp: parts.onGiveUp,
      clock,
      restartBudget,
    });
    this.#serving = serveCommands({
      bus: parts.bus,
      key: member.key,
      commander: this.#newCommander(term),
      actor: this.#actor,
      clock,
    });
  }

  #newInventory(inherited: EngineRecord | undefined): Inventory {
    const { member, lease, clock } = this.#parts;
    return new Inventory({
      engine: member.key,
      epoch: lease.term,
      records: this.#records,
      reader: () => this.#connection.reader,
      clock,
      inspections: this.#parts.inspections,
      engineNowMs: () => clock.nowMs() - this.#actor.state.clockDeltaMs,
      onOdd: (kind, id, reason) => this.#logger.warn({ kind, id, reason }, 'the engine lists or inspects an object oddly'),
      readAtMs: inherited?.inventoryAtMs,
    });
  }

  #newFeed(inherited: EngineRecord | undefined): EventFeed {
    const { member, bus, clock } = this.#parts;
    const gap = 'events of the engine may be missing: it does not remember all since the last one; all was read anew';
    return new EventFeed({
      engine: member.key,
      inventory: this.#inventory,
      ownChanges: this.#ownChanges,
      bus,
      clock,
      passedOnNs: inherited?.eventsAtNs === undefined ? undefined : BigInt(inherited.eventsAtNs),
      onRefreshFailed: (error) => this.#refreshFailed(error),
      onIdentityStale: () => {
        this.#effects.forgetIdentity();
        this.#actor.tell({ type: 'resync-due' });
      },
      onGap: () => {
        this.#inventory.doubt();
        this.#logger.warn(gap);
      },
    });
  }

  #newEffects(inherited: EngineRecord | undefined): EngineEffects {
    const { member, lease, log, clock, randomness, onGiveUp } = this.#parts;
    const { key, address } = member;
    return new EngineEffects({
      address,
      claims: new DaemonClaims(
        { log: heldLog(lease, log, clock), clock, key, address, standingOf: this.#parts.standingOf },
        inherited?.identity?.id,
      ),
      connection: this.#connection,
      inventory: this.#inventory,
      turns: this.#parts.readingTurns,
      clock,
      randomness,
      logger: this.#logger,
      feed: this.#feed,
      publish: () => this.#infoRun.run(),
      onFenced: () => {
        // Abandoned for good, though the lease stands: nobody would watch the engine as long as it is renewed.
        if (lease.held) onGiveUp();
      },
    });
  }

  #newCommander(term: number): EngineCommander {
    const { member, clock, isOwned } = this.#parts;
    return new EngineCommander({
      address: member.address,
      connection: this.#connection,
      inventory: this.#inventory,
      ownChanges: this.#ownChanges,
      terms: new TermFence(term),
      clock,
      logger: this.#logger,
      state: () => this.#actor.state,
      tell: (message) => this.#actor.tell(message),
      owned: isOwned,
    });
  }

  get state(): EngineActorState {
    return this.#actor.state;
  }

  /** Ends everything; when it resolves nothing is written any more. The lease is the caller's. */
  async stop(reason: 'lease-lost' | 'member-removed' | 'given-back'): Promise<void> {
    if (reason !== 'given-back') this.#actor.tell({ type: reason });
    const serving = await this.#serving;
    const idle = serving.stop();
    if (reason === 'given-back') await within(this.#parts.clock, finishInFlightMs, idle);
    this.#effects.end();
    if (reason === 'given-back') await within(this.#parts.clock, handOverMs, this.#handOver());
    this.#closed.abort();
    this.#feed.stop();
    this.#actor.stop();
    await this.#connection.close();
    // Without the lease the log refuses what is still under way: nothing to wait for.
    if (reason !== 'lease-lost') await this.#records.settled();
  }

  /** After the link was closed: the next owner goes on where this one's last event was. */
  async #handOver(): Promise<void> {
    await this.#feed.drained();
    try {
      await this.#infoRun.run();
    } catch (error) {
      // Without it the next owner has more repeated, which gateways know.
      if (!(error instanceof BaleenError)) throw error;
    }
  }

  #refreshFailed(error: unknown): void {
    const { clock, logger } = this.#parts;
    const facts = { err: error, engine: this.#parts.member.key };
    if (error instanceof BaleenError) logger.warn(facts, 'a refresh after an event failed');
    // A defect costs this engine's refresh, not the process that watches others too.
    else logger.error(facts, 'defect in a refresh after an event');
    if (isConnectionFailure(error)) {
      this.#actor.tell({ type: 'engine-failed', cause: error.message, elapsedMs: 0, atMs: clock.nowMs() });
    }
    // What the event said is unknown now: the lists tell.
    this.#actor.tell({ type: 'resync-due' });
  }
}
