import { z } from 'zod';
import type { ParsedEngineCall } from '#cluster-bus';
import { BaleenError, type EngineAnswer, type EngineReply, labels, type Touched } from '#contracts';
import { createdFacts } from '#docker-api';
import type { Clock } from '#service-shell';
import type { OwnChanges } from '../events/own-changes.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { type EngineCaller, succeeds } from './engine-caller.ts';
import { nameFor } from './generated-name.ts';
import { MadeContainers } from './made-containers.ts';
import type { TermFence } from './term-fence.ts';

/** A create that pulls nothing takes at most this long; the caller's deadline may be nearer. */
const createMaxMs = 120_000;
const lookupTimeoutMs = 10_000;
/** Names tried for a container that was given none; more clashes than this are no chance. */
const namesMax = 5;
const conflict = 409;
/** What an earlier owner made is not remembered here: for as long as the network may keep a first try of its time, the engine is asked. */
const earlierTriesMaxMs = 60_000;

const Created = z.object({ Id: z.string(), Warnings: z.array(z.string()).nullish() });
const Listed = z.array(z.object({ Id: z.string() }));

type CreateCall = ParsedEngineCall<'create'>;
type Reply = EngineReply<'create'>;

export type CreateParts = {
  readonly address: string;
  readonly caller: EngineCaller;
  readonly inventory: Inventory;
  readonly ownChanges: OwnChanges;
  readonly terms: TermFence;
  readonly clock: Clock;
};

/**
 * Makes the container of an operation once, however often it is asked to. An earlier try is found by what this owner remembers, by the
 * operation's label on the engine where there may have been one, and at last by the name: an operation asks for the same one each time.
 */
export class ContainerCreates {
  readonly #parts: CreateParts;
  readonly #made = new MadeContainers();
  readonly #ownsSinceMs: number;

  constructor(parts: CreateParts) {
    this.#parts = parts;
    this.#ownsSinceMs = parts.clock.nowMs();
  }

  async create(request: CreateCall, deadlineMs: number): Promise<Reply> {
    const reply = await this.#create(request, deadlineMs);
    if (reply.container !== undefined) this.#made.note(request.operation, reply.container);
    return reply;
  }

  async #create(request: CreateCall, deadlineMs: number): Promise<Reply> {
    const { terms } = this.#parts;
    // Before the term is asked: what an earlier try made is answered, whoever leads now.
    const existing = await this.#madeBefore(request);
    if (existing !== undefined) return this.#alreadyCreated(existing);
    for (let attempt = 1; ; attempt++) {
      // The term may have ended while this waited or looked: only a check right before the create counts.
      terms.accept(request.term);
      const name = request.name === '' ? nameFor(request.operation, attempt) : request.name;
      const reply = await this.#tryName(request, name, deadlineMs);
      const isOwnName = request.name !== '' || reply.answer.status !== conflict;
      if (isOwnName || reply.container !== undefined || attempt === namesMax) return reply;
    }
  }

  async #madeBefore({ operation, isAgain }: CreateCall): Promise<string | undefined> {
    const isFirst = !isAgain && this.#parts.clock.nowMs() - this.#ownsSinceMs > earlierTriesMaxMs;
    const found = isFirst ? undefined : await this.#findByOperation(operation);
    return found ?? this.#made.by(operation);
  }

  async #tryName(request: CreateCall, name: string, deadlineMs: number): Promise<Reply> {
    const { caller, inventory, ownChanges } = this.#parts;
    const change = ownChanges.begin(`create ${request.operation}`);
    let isRead = Promise.resolve(false);
    try {
      const answer = await this.#post(request, name, deadlineMs);
      const created = answer.status === 201 ? Created.safeParse(JSON.parse(answer.body)) : undefined;
      if (created?.success === true) {
        const { Id: container } = created.data;
        const sending = request.mayAnswerEarly ? inventory.sendingOf(container) : undefined;
        const reading = this.#readMade(request, created.data);
        isRead = succeeds(reading);
        return { answer, container, ...(await caller.writtenAfter(reading, container, sending)) };
      }
      // An earlier owner's try may have arrived meanwhile: the name is ours already.
      const made = answer.status === conflict ? await this.#findByOperation(request.operation) : undefined;
      return made === undefined ? { answer, sequence: inventory.sequence } : this.#alreadyCreated(made);
    } finally {
      change.answered(isRead);
    }
  }

  #post({ platform, apiVersion, body }: CreateCall, name: string, deadlineMs: number): Promise<EngineAnswer> {
    return this.#parts.caller.ask({
      method: 'POST',
      path: createPath(name, platform),
      apiVersion,
      headers: { 'content-type': 'application/json' },
      body,
      timeoutMs: Math.min(createMaxMs, deadlineMs),
    });
  }

  #readMade({ body }: CreateCall, { Id, Warnings }: z.infer<typeof Created>): Promise<number> {
    const { caller, inventory } = this.#parts;
    const made = createdFacts({ body, warnings: Warnings ?? [], atMs: caller.engineNowMs });
    return made === undefined ? inventory.refresh(ofContainer(Id)) : inventory.refreshChanged(Id, made);
  }

  async #alreadyCreated(container: string): Promise<Reply> {
    const { caller, inventory } = this.#parts;
    const body = JSON.stringify({ Id: container, Warnings: [] });
    const answer: EngineAnswer = { status: 201, headers: { 'content-type': 'application/json' }, body };
    return { answer, container, sequence: await caller.readAfter(inventory.refresh(ofContainer(container))) };
  }

  /** The container of this operation, if an earlier try made it: the engine is asked, not the records. */
  async #findByOperation(operation: string): Promise<string | undefined> {
    const { caller, address } = this.#parts;
    const filters = encodeURIComponent(JSON.stringify({ label: [`${labels.operation}=${operation}`] }));
    const path = `/containers/json?all=1&filters=${filters}`;
    const answer = await caller.ask({ method: 'GET', path, apiVersion: '', headers: {}, body: '', timeoutMs: lookupTimeoutMs });
    const listed = answer.status === 200 ? Listed.safeParse(JSON.parse(answer.body)) : undefined;
    if (listed?.success === true) return listed.data[0]?.Id;
    throw new BaleenError('engine/bad-answer', `${address} answered a container list with status ${answer.status}`);
  }
}

function ofContainer(id: string): Touched {
  return { containers: [id], images: false, networks: false, volumes: false };
}

function createPath(name: string, platform: string): string {
  const query = new URLSearchParams();
  if (name !== '') query.set('name', name);
  if (platform !== '') query.set('platform', platform);
  const text = query.toString();
  return text === '' ? '/containers/create' : `/containers/create?${text}`;
}
