import { z } from 'zod';
import type { ParsedEngineCall } from '#cluster-bus';
import { BaleenError, type EngineAnswer, type EngineReply, labels, type Touched } from '#contracts';
import { clampVersion } from '#docker-api';
import { type Clock, type Logger, within } from '#service-shell';
import { type EngineConnection, isConnectionFailure } from '../engine-actor/engine-connection.ts';
import type { EngineActorState, EngineMessage } from '../engine-actor/engine-messages.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { Slots } from '../inventory/slots.ts';
import { nameFor } from './generated-name.ts';
import { MadeContainers } from './made-containers.ts';
import type { TermFence } from './term-fence.ts';

/** Calls of one engine under way and waiting: a daemon works on a few dozen at a time, the rest would only wait inside it. */
const callsMax = 64;
const callsWaitingMax = 256;
/** A create that pulls nothing takes at most this long; the caller's deadline may be nearer. */
const createMaxMs = 120_000;
const lookupTimeoutMs = 10_000;
/** Names tried for a container that was given none; more clashes than this are no chance. */
const namesMax = 5;
const conflict = 409;
/** The daemon has answered: the client is kept waiting for the records no longer than this. */
const refreshMaxMs = 10_000;

const Created = z.object({ Id: z.string() });
const Listed = z.array(z.object({ Id: z.string() }));

export type CommanderParts = {
  readonly address: string;
  readonly connection: EngineConnection;
  readonly inventory: Inventory;
  readonly terms: TermFence;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly state: () => EngineActorState;
  readonly tell: (message: EngineMessage) => void;
  /** False once another may own the engine. */
  readonly owned: () => boolean;
};

/** Serves the commands of one owned engine (contracts, engine-commands). */
export class EngineCommander {
  readonly #parts: CommanderParts;
  readonly #slots = new Slots(callsMax, callsWaitingMax);
  /** Creates under way, by operation: the same one again joins. */
  readonly #creates = new Map<string, Promise<EngineReply<'create'>>>();
  readonly #made = new MadeContainers();

  constructor(parts: CommanderParts) {
    this.#parts = parts;
  }

  create(request: ParsedEngineCall<'create'>, deadlineMs: number): Promise<EngineReply<'create'>> {
    const running = this.#creates.get(request.operation);
    if (running !== undefined) return running;
    const creating = this.#create(request, deadlineMs).then((reply) => {
      if (reply.container !== undefined) this.#made.note(request.operation, reply.container);
      return reply;
    });
    const ended = creating.finally(() => this.#creates.delete(request.operation));
    this.#creates.set(request.operation, ended);
    return ended;
  }

  async call(request: ParsedEngineCall<'call'>): Promise<EngineReply<'call'>> {
    const [container] = request.touched.containers;
    this.#refuseUnlessUsable(container === undefined ? 'the request would be' : `Container ${container.slice(0, 12)}`);
    if (request.term !== undefined) this.#parts.terms.accept(request.term);
    return this.#slots.use(async () => {
      const { method, path, apiVersion, headers, body, timeoutMs, touched } = request;
      const answer = await this.#ask({ method, path, apiVersion, headers, body, timeoutMs });
      return { answer, sequence: await this.#refreshAfter(touched) };
    });
  }

  async refresh({ touched }: ParsedEngineCall<'refresh'>): Promise<EngineReply<'refresh'>> {
    this.#refuseUnlessUsable('the refreshed objects are');
    try {
      return { sequence: await this.#parts.inventory.refresh(touched) };
    } catch (error) {
      throw this.#counted(error);
    }
  }

  async #create(request: ParsedEngineCall<'create'>, deadlineMs: number): Promise<EngineReply<'create'>> {
    this.#refuseUnlessUsable('the container would be');
    this.#parts.terms.note(request.term);
    return this.#slots.use(async () => {
      // Before the term is asked: what an earlier try made is answered, whoever leads now.
      const existing = (await this.#findByOperation(request.operation)) ?? this.#made.by(request.operation);
      if (existing !== undefined) return this.#alreadyCreated(existing);
      for (let attempt = 1; ; attempt++) {
        // The term may have ended while this waited or looked: only a check right before the create counts.
        this.#parts.terms.accept(request.term);
        const name = request.name === '' ? nameFor(request.operation, attempt) : request.name;
        const answer = await this.#post(request, name, deadlineMs);
        if (answer.status === 201) return this.#created(answer);
        // An earlier owner's try may have arrived meanwhile: the name is ours already.
        const made = answer.status === conflict ? await this.#findByOperation(request.operation) : undefined;
        if (made !== undefined) return this.#alreadyCreated(made);
        const isOwnName = request.name !== '' || answer.status !== conflict;
        if (isOwnName || attempt === namesMax) return { answer, sequence: await this.#refreshAfter(nothing) };
      }
    });
  }

  #post({ platform, apiVersion, body }: ParsedEngineCall<'create'>, name: string, deadlineMs: number): Promise<EngineAnswer> {
    return this.#ask({
      method: 'POST',
      path: createPath(name, platform),
      apiVersion,
      headers: { 'content-type': 'application/json' },
      body,
      timeoutMs: Math.min(createMaxMs, deadlineMs),
    });
  }

  async #created(answer: EngineAnswer): Promise<EngineReply<'create'>> {
    const created = Created.safeParse(JSON.parse(answer.body));
    if (!created.success) return { answer, sequence: await this.#refreshAfter(nothing) };
    const container = created.data.Id;
    return { answer, container, sequence: await this.#refreshAfter({ ...nothing, containers: [container] }) };
  }

  async #alreadyCreated(container: string): Promise<EngineReply<'create'>> {
    const body = JSON.stringify({ Id: container, Warnings: [] });
    const answer: EngineAnswer = { status: 201, headers: { 'content-type': 'application/json' }, body };
    return { answer, container, sequence: await this.#refreshAfter({ ...nothing, containers: [container] }) };
  }

  /** The container of this operation, if an earlier try made it: the engine is asked, not the records. */
  async #findByOperation(operation: string): Promise<string | undefined> {
    const filters = encodeURIComponent(JSON.stringify({ label: [`${labels.operation}=${operation}`] }));
    const path = `/containers/json?all=1&filters=${filters}`;
    const answer = await this.#ask({ method: 'GET', path, apiVersion: '', headers: {}, body: '', timeoutMs: lookupTimeoutMs });
    const listed = answer.status === 200 ? Listed.safeParse(JSON.parse(answer.body)) : undefined;
    if (listed?.success === true) return listed.data[0]?.Id;
    throw new BaleenError('engine/bad-answer', `${this.#parts.address} answered a container list with status ${answer.status}`);
  }

  async #ask(request: Parameters<EngineConnection['call']>[0]): Promise<EngineAnswer> {
    const { connection, clock, tell, owned } = this.#parts;
    if (!owned()) throw new BaleenError('engine/not-owned', 'this monitor does not own the engine any more');
    try {
      const answer = await connection.call({ ...request, apiVersion: this.#spoken(request.apiVersion) });
      tell({ type: 'engine-answered', ofProbe: false, atMs: clock.nowMs() });
      return answer;
    } catch (error) {
      throw this.#counted(error);
    }
  }

  /** The nearest version that the daemon speaks: requests of clients and of creates made again may name a newer one (docs/adr/0016). */
  #spoken(wanted: string): string {
    const { identity } = this.#parts.state();
    if (wanted === '' || identity === undefined) return wanted;
    return clampVersion(wanted, { min: identity.minApiVersion, max: identity.apiVersion });
  }

  /** A failed connection counts against the engine's health, and its error names the node. */
  #counted(error: unknown): unknown {
    if (!isConnectionFailure(error)) return error;
    const { clock, tell } = this.#parts;
    tell({ type: 'engine-failed', cause: error.message, elapsedMs: 0, atMs: clock.nowMs() });
    const details = { ...error.details, node: this.#node };
    return new BaleenError(error.code, `node ${this.#node}: ${error.message}`, { details, cause: error });
  }

  /** The daemon has answered; whatever becomes of the refresh, the client gets that answer. */
  async #refreshAfter(touched: Touched): Promise<number> {
    const { inventory, clock, logger } = this.#parts;
    const refreshed = inventory.refresh(touched).catch((error: unknown) => {
      logger.warn({ err: this.#counted(error) }, 'the objects a call touched could not be read again');
    });
    await within(clock, refreshMaxMs, refreshed);
    return inventory.sequence;
  }

  #refuseUnlessUsable(what: string): void {
    const { state, owned } = this.#parts;
    if (!owned()) throw new BaleenError('engine/not-owned', 'this monitor does not own the engine any more');
    const { health, reason } = state();
    if (health === 'healthy') return;
    const message = `${what} running on unhealthy node ${this.#node}: ${reason ?? `it is ${health}`}`;
    throw new BaleenError('engine/unhealthy', message, { details: { node: this.#node, state: health } });
  }

  get #node(): string {
    return this.#parts.state().identity?.name ?? this.#parts.address;
  }
}

const nothing: Touched = { containers: [], images: false, networks: false, volumes: false };

function createPath(name: string, platform: string): string {
  const query = new URLSearchParams();
  if (name !== '') query.set('name', name);
  if (platform !== '') query.set('platform', platform);
  const text = query.toString();
  return text === '' ? '/containers/create' : `/containers/create?${text}`;
}
