import type { ParsedEngineCall } from '#cluster-bus';
import type { EngineReply } from '#contracts';
import { shortId } from '#docker-api';
import type { OwnChanges } from '../events/own-changes.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { Slots } from '../inventory/slots.ts';
import { ContainerCreates } from './container-creates.ts';
import { type CallerParts, EngineCaller, succeeds } from './engine-caller.ts';
import type { TermFence } from './term-fence.ts';

/** Calls of one engine under way and waiting: a daemon works on a few dozen at a time, the rest would only wait inside it. */
const callsMax = 64;
const callsWaitingMax = 256;

export type CommanderParts = CallerParts & { readonly ownChanges: OwnChanges; readonly terms: TermFence };

/** Serves the commands of one owned engine (contracts, engine-commands). */
export class EngineCommander {
  readonly #terms: TermFence;
  readonly #inventory: Inventory;
  readonly #ownChanges: OwnChanges;
  readonly #caller: EngineCaller;
  readonly #containers: ContainerCreates;
  readonly #slots = new Slots(callsMax, callsWaitingMax);
  /** Creates under way, by operation: the same one again joins. */
  readonly #creates = new Map<string, Promise<EngineReply<'create'>>>();

  constructor(parts: CommanderParts) {
    const { address, inventory, ownChanges, terms, clock } = parts;
    this.#terms = terms;
    this.#inventory = inventory;
    this.#ownChanges = ownChanges;
    this.#caller = new EngineCaller(parts);
    this.#containers = new ContainerCreates({ address, caller: this.#caller, inventory, ownChanges, terms, clock });
  }

  create(request: ParsedEngineCall<'create'>, deadlineMs: number): Promise<EngineReply<'create'>> {
    const running = this.#creates.get(request.operation);
    if (running !== undefined) return running;
    const creating = this.#create(request, deadlineMs).finally(() => this.#creates.delete(request.operation));
    this.#creates.set(request.operation, creating);
    return creating;
  }

  async call(request: ParsedEngineCall<'call'>): Promise<EngineReply<'call'>> {
    const [container] = request.touched.containers;
    this.#caller.refuseUnlessUsable(container === undefined ? 'the request would be' : `Container ${shortId(container)}`);
    if (request.term !== undefined) this.#terms.accept(request.term);
    const started = startedBy(request);
    return this.#slots.use(() => (started === undefined ? this.#call(request) : this.#start(request, started)));
  }

  async refresh({ touched }: ParsedEngineCall<'refresh'>): Promise<EngineReply<'refresh'>> {
    this.#caller.refuseUnlessUsable('the refreshed objects are');
    try {
      return { sequence: await this.#inventory.refresh(touched) };
    } catch (error) {
      throw this.#caller.counted(error);
    }
  }

  async #create(request: ParsedEngineCall<'create'>, deadlineMs: number): Promise<EngineReply<'create'>> {
    this.#caller.refuseUnlessUsable('the container would be');
    this.#terms.note(request.term);
    return this.#slots.use(() => this.#containers.create(request, deadlineMs));
  }

  async #call({ touched, ...request }: ParsedEngineCall<'call'>): Promise<EngineReply<'call'>> {
    const answer = await this.#caller.ask(request);
    return { answer, sequence: await this.#caller.readAfter(this.#inventory.refresh(touched)) };
  }

  async #start({ touched, ...request }: ParsedEngineCall<'call'>, container: string): Promise<EngineReply<'call'>> {
    const change = this.#ownChanges.begin(`start ${container}`);
    let isRead = Promise.resolve(false);
    try {
      const answer = await this.#caller.ask(request);
      if (answer.status !== 204) return { answer, sequence: await this.#caller.readAfter(this.#inventory.refresh(touched)) };
      const sending = request.mayAnswerEarly ? this.#inventory.sendingOf(container) : undefined;
      const reading = this.#inventory.refreshChanged(container);
      isRead = succeeds(reading);
      return { answer, ...(await this.#caller.writtenAfter(reading, container, sending)) };
    } finally {
      change.answered(isRead);
    }
  }
}

const startPath = /^\/containers\/[^/]+\/start(?:\?|$)/;

/** The container that a call starts, if it starts one. */
function startedBy({ method, path, touched }: ParsedEngineCall<'call'>): string | undefined {
  const isStart = method === 'POST' && startPath.test(path) && touched.containers.length === 1;
  return isStart ? touched.containers[0] : undefined;
}
