import type { ClusterBus } from '#cluster-bus';
import type { OrderKeyRing } from '#cluster-log';
import {
  BaleenError,
  type ContainerFacts,
  encodeRecord,
  labels,
  ReplacementRecord,
  type SchedulerReply,
  subjects,
} from '#contracts';
import type { Clock, Logger } from '#service-shell';
import type { FleetLedger, LocatedContainer } from '../fleet/fleet-ledger.ts';
import type { Term } from '../leadership/term.ts';
import type { Registrar } from '../reservations/registrar.ts';
import { EngineHands, isDone } from './engine-hands.ts';
import { orderOf } from './order-of.ts';
import { type Recreated, recreate } from './recreate.ts';
import type { Step } from './rescheduling-plan.ts';
import { setAside } from './set-aside.ts';

export type MoveParts = {
  readonly ledger: FleetLedger;
  readonly registrar: Registrar;
  readonly term: Term;
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this term. */
  readonly orderKeys: OrderKeyRing;
};

type ReplaceStep = Extract<Step, { type: 'replace' }>;
type Grant = SchedulerReply<'place'>;
type Original = { readonly apiVersion: string; readonly platform: string; readonly recreated: Recreated };

/** A third of the reservation's life, so that one lost renewal does not end it. */
const renewIntervalMs = 20_000;

const runningStates: ReadonlySet<string> = new Set(['running', 'restarting', 'paused']);

/**
 * One step of the rescheduling plan against the engines. Every part may be repeated: by this leader after a failure, by the next after
 * its death. The operation's reservation and label make one container of all tries.
 */
export class ContainerMove {
  readonly #parts: MoveParts;
  readonly #hands: EngineHands;
  /** Containers whose image no registry gave: only engines that hold it will do. */
  readonly #unpullable = new Set<string>();

  constructor(parts: MoveParts) {
    this.#parts = parts;
    this.#hands = new EngineHands(parts.bus, parts.term.number);
  }

  /** Rejects when the step has to be repeated. */
  async carryOut(step: Exclude<Step, { type: 'stay' }>): Promise<void> {
    const located = this.#parts.ledger.container(step.container);
    if (located === undefined) return;
    switch (step.type) {
      case 'replace':
        return this.#replace(step, located);
      case 'abandon':
        return this.#abandon(step.container, step.operation);
      case 'retire':
        return this.#retire(located);
    }
  }

  async #replace(step: ReplaceStep, old: LocatedContainer): Promise<void> {
    const record =
      this.#parts.ledger.replacement(step.container) ?? (await this.#note(begun(step, old, this.#parts.clock.nowMs())));
    const original = this.#original(old.facts, step.operation, record.name);
    const grant = await this.#place(step, original.recreated);
    const stopRenewing = this.#keepAlive(step.operation);
    try {
      const successor = await this.#make(step, old, grant, original, record.name);
      await this.#takeOver(step, old, grant.engine, successor);
      const atMs = this.#parts.clock.nowMs();
      await this.#note({ ...record, state: 'done', successor, successorEngine: grant.engine, atMs });
      this.#unpullable.delete(step.container);
      const { container, cause, engine: from } = step;
      this.#parts.logger.info({ container, cause, from, to: grant.engine, successor }, 'container rescheduled');
    } finally {
      stopRenewing();
    }
  }

  #original(facts: ContainerFacts, operation: string, name: string): Original {
    const { ledger, orderKeys } = this.#parts;
    const order = orderOf(facts, ledger, orderKeys);
    if ('problem' in order)
      throw new BaleenError('request/invalid', `container ${facts.id} is not rescheduled: ${order.problem}`);
    const { apiVersion, platform } = order.request;
    const swarmId = facts.labels[labels.swarmId] ?? '';
    const isNode = (node: string) => ledger.candidates().some((engine) => engine.node === node);
    const kept = { operation, name, swarmId, isNode, exposedPorts: facts.exposedPorts, orderKey: orderKeys[0] };
    return { apiVersion, platform, recreated: recreate(order.request, kept) };
  }

  /** Not where it was, nor on a second engine that failed meanwhile. */
  #place(step: ReplaceStep, { request }: Recreated): Promise<Grant> {
    const { ledger, registrar } = this.#parts;
    const only = this.#unpullable.has(step.container) ? ledger.enginesWithImage(request.image) : [];
    const granted = ledger.reservation(step.operation)?.record.engine;
    const hasFailed = granted !== undefined && ledger.engine(granted)?.state !== 'healthy';
    const exclude = hasFailed ? [step.engine, granted] : [step.engine];
    const cause = `reschedule: ${step.cause} of ${ledger.nodeName(step.engine)}`;
    const command = {
      operation: step.operation,
      request,
      kind: 'create' as const,
      isPinned: false,
      exclude,
      only,
      avoidPorts: [],
      cause,
    };
    return registrar.place(command, step.container).catch((error: unknown) => {
      // Beside its network if possible; else that network is made again where there is room.
      const isElsewhere =
        error instanceof BaleenError && error.code === 'placement/no-eligible-engine' && request.networks.length > 0;
      if (!isElsewhere) throw error;
      return registrar.place({ ...command, request: { ...request, networks: [] } }, step.container);
    });
  }

  /** The new container's id. On a drain the old one is alive: it gives up the name first, and gets it back when the create is refused. */
  async #make(step: ReplaceStep, old: LocatedContainer, grant: Grant, original: Original, name: string): Promise<string> {
    const isAlive = step.cause === 'drain';
    if (isAlive && old.facts.names[0] === name) await setAside(this.#parts, this.#hands, old, name);
    const create = () => {
      const body = original.recreated.body(grant);
      const { platform, apiVersion } = original;
      return this.#hands.create(grant.engine, { operation: step.operation, name, platform, apiVersion, body });
    };
    await this.#bringNetworks(old, grant.engine, original.recreated.request.networks);
    let reply = await create();
    if (reply.answer.status === 404) {
      await this.#hands.pull(grant.engine, original.recreated.request.image);
      reply = await create();
      if (reply.answer.status === 404) this.#unpullable.add(step.container);
    }
    if (isDone(reply.answer) && reply.container !== undefined) return reply.container;
    await this.#parts.registrar.release(step.operation, `the engine refused: ${reply.answer.status}`);
    if (isAlive) await this.#hands.demand(old.engine, renamePath(old.facts.id, name), old.facts.id);
    throw new BaleenError('request/conflict', `the engine refused the create: ${reply.answer.status} ${reply.answer.body}`);
  }

  /** Local networks that only the old engine has are made again beside the new container: same name, driver and labels, an address range of its own. */
  async #bringNetworks(old: LocatedContainer, engine: string, wanted: readonly string[]): Promise<void> {
    const { ledger, logger } = this.#parts;
    for (const facts of ledger.engine(old.engine)?.networks.values() ?? []) {
      if (facts.scope !== 'local' || !wanted.includes(facts.name) || ledger.engine(engine)?.hasNetwork(facts.name)) continue;
      const answer = await this.#hands.createNetwork(engine, {
        Name: facts.name,
        Driver: facts.driver,
        Labels: facts.labels,
        CheckDuplicate: true,
      });
      // 409: another container of the same network brought it.
      if (isDone(answer) || answer.status === 409) continue;
      logger.warn(
        { network: facts.name, engine, status: answer.status },
        'local network not made again for a rescheduled container',
      );
    }
  }

  /** The old one stops before the new one starts: two must not write at the same time. A failed engine's copy is beyond reach. */
  async #takeOver(step: ReplaceStep, old: LocatedContainer, engine: string, successor: string): Promise<void> {
    await this.#connectNetworks(old, engine, successor);
    const wasRunning = runningStates.has(old.facts.state);
    if (step.cause === 'drain' && wasRunning)
      await this.#hands.demand(old.engine, `/containers/${old.facts.id}/stop`, old.facts.id);
    if (wasRunning) await this.#hands.demand(engine, `/containers/${successor}/start`, successor);
  }

  /** Networks that span engines and were joined after the create; a refusal is a warning, as in classic. */
  async #connectNetworks(old: LocatedContainer, engine: string, successor: string): Promise<void> {
    const networks = this.#parts.ledger.engine(old.engine)?.networks;
    for (const [name, id] of Object.entries(old.facts.networks)) {
      const scope = networks?.get(id)?.scope;
      if (scope !== 'global' && scope !== 'swarm') continue;
      const answer = await this.#hands.post(engine, `/networks/${encodeURIComponent(id)}/connect`, successor, {
        Container: successor,
      });
      // 403 and 409: the create joined it already.
      if (isDone(answer) || answer.status === 403 || answer.status === 409) continue;
      this.#parts.logger.warn(
        { successor, network: name, status: answer.status },
        'rescheduled container did not join a network',
      );
    }
  }

  async #abandon(container: string, operation: string): Promise<void> {
    await this.#parts.registrar.release(operation, 'the engine came back first');
    const sequence = await this.#parts.term.erase(subjects.replacement(container));
    this.#parts.ledger.forgetReplacement(container, sequence);
  }

  /** The copy that came back is stopped, kept from starting by itself, renamed and left for its owner to judge. */
  async #retire(old: LocatedContainer): Promise<void> {
    const record = this.#parts.ledger.replacement(old.facts.id);
    if (record === undefined) return;
    const path = `/containers/${old.facts.id}`;
    if (runningStates.has(old.facts.state)) await this.#hands.demand(old.engine, `${path}/stop`, old.facts.id);
    await this.#hands.demand(old.engine, `${path}/update`, old.facts.id, { RestartPolicy: { Name: 'no' } });
    if (old.facts.names[0] === record.name && record.name !== '') await setAside(this.#parts, this.#hands, old, record.name);
    await this.#note({ ...record, state: 'retired', atMs: this.#parts.clock.nowMs() });
    this.#parts.logger.info(
      { container: old.facts.id, engine: old.engine, successor: record.successor },
      'replaced copy put aside',
    );
  }

  async #note(record: ReplacementRecord): Promise<ReplacementRecord> {
    const sequence = await this.#parts.term.write(subjects.replacement(record.container), encodeRecord(record));
    this.#parts.ledger.noteReplacement(record, sequence);
    return record;
  }

  #keepAlive(operation: string): () => void {
    const { clock, registrar, logger } = this.#parts;
    const renew = () => {
      cancel = clock.after(renewIntervalMs, renew);
      registrar.renew(operation).catch((error: unknown) => logger.debug({ operation, err: error }, 'reservation not renewed'));
    };
    let cancel = clock.after(renewIntervalMs, renew);
    return () => cancel();
  }
}

function begun(step: ReplaceStep, { facts, engine }: LocatedContainer, atMs: number): ReplacementRecord {
  const { container, operation, cause } = step;
  const name = facts.names[0] ?? '';
  return { container, engine, name, operation, state: 'started', successor: '', successorEngine: '', cause, atMs };
}

function renamePath(container: string, name: string): string {
  return `/containers/${container}/rename?name=${encodeURIComponent(name)}`;
}
