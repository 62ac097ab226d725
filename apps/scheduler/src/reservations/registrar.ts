import {
  BaleenError,
  type ContainerFacts,
  type DecisionRecord,
  emptyPlacementRequest,
  type OwnerQuota,
  type PlacementRequest,
  type ReservationRecord,
  type SchedulerReply,
  type SchedulerRequest,
} from '#contracts';
import type { Clock, Logger } from '#service-shell';
import { askedBy } from '../decisions/asked-by.ts';
import type { Judge } from '../decisions/judge.ts';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import { type Usage, usageOfRequest } from '../fleet/owner-usage.ts';
import type { Term } from '../leadership/term.ts';
import { type PortGrants, withPorts } from '../ports/port-grants.ts';
import { nameTaken, networkExists } from './conflicts.ts';
import { isTakenOn, nameConflict, offerFor, offers } from './name-rules.ts';
import type { OperationWrites } from './operation-writes.ts';
import { quotaRefusal } from './owner-quota.ts';
import { ReservationWriter } from './reservation-writer.ts';
import { resizedRequest } from './resized-request.ts';

/** Verdicts kept of a refusal: a record stays some tens of kB in a fleet of thousands. */
const verdictsOfRefusalMax = 200;
/** Of a grant, of which there may be hundreds a second for a day: the chosen engine's and enough to compare it with, 2 kB. */
const verdictsOfGrantMax = 20;

export type RegistrarParts = {
  readonly ledger: FleetLedger;
  readonly term: Term;
  readonly judge: Judge;
  readonly ports: PortGrants;
  /** The process' own, over its terms: a write of the last term may still be under way when the next one begins. */
  readonly writes: OperationWrites;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told every decision, after it was made; must not throw. */
  readonly onDecision: (decision: DecisionRecord) => void;
};

type PlaceRequest = SchedulerRequest<'place'>;
type Grant = SchedulerReply<'place'>;

/**
 * Grants and takes back reservations during one term. Every decision is made in one synchronous turn over the ledger and the grants
 * not yet echoed by the log, so decisions are serial; only then it is written, fenced by the term, and answered when the log has it.
 * A grant that the log did not take is taken back. Everything is idempotent by operation id.
 */
export class Registrar {
  readonly #parts: RegistrarParts;
  readonly #writes: OperationWrites;
  readonly #writer: ReservationWriter;

  constructor(parts: RegistrarParts) {
    this.#parts = parts;
    this.#writes = parts.writes;
    this.#writer = new ReservationWriter(parts);
  }

  /**
   * `replaces`: container whose name the new one takes over (rescheduling).
   * Errors: placement/*, request/conflict (network name), leadership/not-leader, cluster/*.
   */
  async place(command: PlaceRequest, replaces = ''): Promise<Grant> {
    return this.#onceSettled(command.operation, () => this.#grantAgain(command) ?? this.#grantNew(command, replaces));
  }

  /** False = it expired or was never granted: place again. */
  async renew(operation: string): Promise<boolean> {
    this.#demandTerm();
    const hold = this.#parts.ledger.reservation(operation);
    if (hold === undefined) return this.#parts.ledger.containerOf(operation) !== undefined;
    if (hold.spent) return true;
    await this.#writer.renew(hold.record);
    return true;
  }

  /** Gives everything back, in memory at once. Unknown operations are fine. */
  async release(operation: string, reason: string): Promise<boolean> {
    this.#demandTerm();
    await this.#writes.settled(operation);
    const known = this.#parts.ledger.reservation(operation) !== undefined;
    if (!known) return false;
    this.#parts.ledger.spend(operation);
    await this.#writer.erase(operation);
    this.#parts.logger.debug({ operation, reason, term: this.#parts.term.number }, 'reservation released');
    return true;
  }

  /** Holds a new name for a container until its record shows it. */
  async rename(command: SchedulerRequest<'rename'>): Promise<SchedulerReply<'rename'>> {
    this.#demandTerm();
    const { engine } = this.#container(command.container);
    const self = { container: command.container, operation: command.operation };
    const holder = this.#parts.ledger.containerNames.heldByOther(command.name, self);
    if (holder !== undefined) throw nameTaken(command.name, holder);
    const { operation, name, container } = command;
    await this.#writer.grant({ ...this.#blank(operation, engine), kind: 'rename', name, container });
    return { operation, term: this.#parts.term.number };
  }

  /** Holds networks that nothing uses for the engine of a container that joins them; what is used, or is there already, is not in the answer. */
  async move(command: SchedulerRequest<'move'>): Promise<SchedulerReply<'move'>> {
    return this.#onceSettled(command.operation, () => this.#movedAgain(command) ?? this.#movedNew(command));
  }

  /** Holds what a container is to have more of, until its record shows it. Errors: placement/no-eligible-engine. */
  async resize(command: SchedulerRequest<'resize'>): Promise<SchedulerReply<'resize'>> {
    return this.#onceSettled(command.operation, () => this.#resizedAgain(command) ?? this.#resizedNew(command));
  }

  /** Decides without reserving, the name included. */
  explain(request: PlacementRequest, operation: string): DecisionRecord {
    const judgement = this.#parts.judge.place(request, { only: [], exclude: [], moves: { except: [] } });
    const { ledger, ports } = this.#parts;
    const named = nameConflict(ledger, { operation, request, kind: 'create', isPinned: false });
    const conflict = named ?? ports.conflict(request, () => true, '');
    const decision = judgement.decision(operation, 'explain', this.#parts.clock.nowMs());
    return conflict === undefined ? decision : { ...withoutChoice(decision), failure: conflict.message };
  }

  /** What the operation reserved is on the engine now: the record may go. Should that be lost, it expires. */
  confirmed(operation: string): void {
    this.#writer.eraseUnasked(operation);
  }

  /**
   * A grant whose write is under way is neither given nor refused yet; a repeated request must not be answered by it. Looked at right
   * before the decision, without another turn between: two requests of one operation may have waited for the same write.
   */
  async #onceSettled<T>(operation: string, decide: () => T): Promise<Awaited<T>> {
    this.#demandTerm();
    do await this.#writes.settled(operation);
    while (this.#parts.ledger.isPending(operation) && this.#writes.isBusy(operation));
    this.#demandTerm();
    return await decide();
  }

  #movedAgain({ operation }: SchedulerRequest<'move'>): SchedulerReply<'move'> | undefined {
    const hold = this.#parts.ledger.reservation(operation);
    return hold?.record.kind === 'move' ? { operation, term: this.#parts.term.number, moves: hold.record.moves } : undefined;
  }

  async #movedNew({ operation, engine, networks }: SchedulerRequest<'move'>): Promise<SchedulerReply<'move'>> {
    const moves = this.#parts.judge.moves(engine, networks);
    if (moves.length > 0) await this.#writer.grant({ ...this.#blank(operation, engine), kind: 'move', moves });
    return { operation, term: this.#parts.term.number, moves };
  }

  /** What the operation holds already must not stand in its own way. */
  #resizedAgain(command: SchedulerRequest<'resize'>): SchedulerReply<'resize'> | undefined {
    const hold = this.#parts.ledger.reservation(command.operation);
    if (hold?.spent !== false || hold.record.container !== command.container) return undefined;
    return this.#resizeReply(command, hold.record);
  }

  async #resizedNew(command: SchedulerRequest<'resize'>): Promise<SchedulerReply<'resize'>> {
    const { judge } = this.#parts;
    const { engine, facts } = this.#container(command.container);
    const kind = 'resize';
    const request = resizedRequest(facts, command, judge.userShares(engine, facts));
    const above = this.#aboveQuota(command.quota, usageOfRequest({ kind, request }, facts));
    if (above !== undefined) throw above;
    judge.resize(engine, facts, request);
    const { operation, container } = command;
    const record: ReservationRecord = { ...this.#blank(operation, engine), kind, container, request };
    const reply = this.#resizeReply(command, record);
    await this.#writer.grant(record);
    return reply;
  }

  #resizeReply(
    { operation, cpuShares: asked, quota }: SchedulerRequest<'resize'>,
    { engine, request }: ReservationRecord,
  ): SchedulerReply<'resize'> {
    const cpuShares = asked === undefined ? undefined : this.#parts.judge.engineShares(engine, request);
    const reply = { operation, term: this.#parts.term.number, isQuotaHeld: quota !== undefined };
    return cpuShares === undefined ? reply : { ...reply, cpuShares };
  }

  /** The same answer as before: the container is there, or the grant stands and may still be used. */
  #grantAgain(command: PlaceRequest): Grant | undefined {
    const { ledger } = this.#parts;
    const made = ledger.containerOf(command.operation);
    if (made !== undefined) {
      const { engine, facts } = made;
      return this.#answer(command, { engine, devices: facts.resources.devices, published: [], moves: [] });
    }
    const hold = ledger.reservation(command.operation);
    if (hold === undefined || hold.spent || !offers(command, hold.record.engine)) return undefined;
    return this.#answer(command, hold.record);
  }

  async #grantNew(command: PlaceRequest, replaces: string): Promise<Grant> {
    const { operation, request, kind } = command;
    // A grant that is asked again elsewhere is given up first, so that it does not stand in its own way.
    this.#parts.ledger.spend(operation);
    const { ledger, ports } = this.#parts;
    const conflict =
      this.#aboveQuota(command.quota, usageOfRequest(command)) ??
      nameConflict(ledger, command, replaces) ??
      ports.conflict(request, (engine) => offers(command, engine), replaces);
    if (conflict !== undefined) {
      this.#decided(command, { failure: conflict.message });
      throw conflict;
    }
    const judgement = this.#parts.judge.place(request, { ...offerFor(ledger, command), replaces, moves: command.moves });
    const { chosen } = judgement;
    const verdictsMax = chosen === undefined ? verdictsOfRefusalMax : verdictsOfGrantMax;
    const decision = judgement.decision(operation, command.cause, this.#parts.clock.nowMs(), verdictsMax);
    if (chosen === undefined) {
      this.#parts.onDecision(decision);
      throw judgement.failure;
    }
    if (isTakenOn(ledger, command, chosen.engine)) throw networkExists(request.name);
    const name = kind === 'volume' ? '' : request.name;
    const devices = kind === 'create' ? [...chosen.devices] : [];
    const { engine } = chosen;
    const published = kind === 'create' ? this.#grantPorts(command, engine, replaces, decision) : [];
    const held = withPorts(request, published);
    const granted = {
      ...this.#blank(operation, engine),
      kind,
      name,
      request: held,
      devices,
      published,
      moves: [...chosen.moves],
    };
    await this.#writer.grant(granted);
    this.#parts.onDecision(decision);
    return this.#answer(command, granted);
  }

  /** In the turn of the decision, so that grants under way at any gateway are counted. */
  #aboveQuota(quota: OwnerQuota | undefined, asked: Partial<Usage>): BaleenError | undefined {
    return quota === undefined ? undefined : quotaRefusal(quota, this.#parts.ledger.owners.of(quota.owner), asked);
  }

  #grantPorts({ request, avoidPorts: avoid }: PlaceRequest, engine: string, replaces: string, decision: DecisionRecord) {
    try {
      return this.#parts.ports.grant({ request, engine, replaces, avoid });
    } catch (error) {
      if (error instanceof BaleenError) this.#parts.onDecision({ ...withoutChoice(decision), failure: error.message });
      throw error;
    }
  }

  #answer(command: PlaceRequest, granted: Pick<ReservationRecord, 'engine' | 'devices' | 'published' | 'moves'>): Grant {
    const { engine, devices, published, moves } = granted;
    const cpuShares = command.kind === 'create' ? this.#parts.judge.engineShares(engine, command.request) : undefined;
    return {
      operation: command.operation,
      engine,
      node: this.#parts.ledger.nodeName(engine),
      term: this.#parts.term.number,
      devices,
      published,
      moves,
      isQuotaHeld: command.quota !== undefined,
      ...(cpuShares === undefined ? {} : { cpuShares }),
    };
  }

  #decided(command: PlaceRequest, outcome: { failure: string }): void {
    const asked = askedBy(command.request);
    const { operation, cause } = command;
    const atMs = this.#parts.clock.nowMs();
    const { strategy } = this.#parts.judge;
    this.#parts.onDecision({ operation, ...asked, strategy, pass: 'soft', candidates: [], cause, atMs, ...outcome });
  }

  #container(id: string): { engine: string; facts: ContainerFacts } {
    const container = this.#parts.ledger.container(id);
    if (container === undefined) throw new BaleenError('request/not-found', `No such container: ${id}`);
    return container;
  }

  #blank(operation: string, engine: string): ReservationRecord {
    const common = { operation, engine, term: this.#parts.term.number, grantedAtMs: this.#parts.clock.nowMs() };
    const nothing = { name: '', container: '', request: emptyPlacementRequest, devices: [], published: [], moves: [] };
    return { ...common, ...nothing, kind: 'create' };
  }

  #demandTerm(): void {
    if (!this.#parts.term.held) throw new BaleenError('leadership/not-leader', 'this scheduler does not lead any more');
  }
}

function withoutChoice({ chosen: _chosen, chosenNode: _node, ...decision }: DecisionRecord): DecisionRecord {
  return decision;
}
