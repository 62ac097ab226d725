import type { ClusterBus } from '#cluster-bus';
import type { OrderKeys } from '#cluster-log';
import { subjects } from '#contracts';
import type { Clock, Logger, Randomness } from '#service-shell';
import { DecisionJournal } from '../decisions/decision-journal.ts';
import type { Judge } from '../decisions/judge.ts';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import { NodeUpdates } from '../nodes/node-updates.ts';
import type { PublishSettings } from '../ports/gateway-ports.ts';
import { PortGrants } from '../ports/port-grants.ts';
import { Rescheduler } from '../rescheduling/rescheduler.ts';
import type { OperationWrites } from '../reservations/operation-writes.ts';
import { Registrar } from '../reservations/registrar.ts';
import type { SchedulerDesk, SchedulerHandlers } from '../scheduler-desk.ts';
import { FleetKnowledge } from './fleet-knowledge.ts';
import type { Reign } from './leadership.ts';
import type { Term } from './term.ts';

export type ReignParts = {
  readonly ledger: FleetLedger;
  readonly judge: Judge;
  readonly orderKeys: OrderKeys;
  readonly publish: PublishSettings;
  readonly writes: OperationWrites;
  readonly bus: ClusterBus;
  readonly desk: SchedulerDesk;
  /** Subscribes the commands, and ends that. */
  readonly door: { open(): Promise<void>; shut(): Promise<void> };
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
};

/** Bytes of a dry run's operation id; it names nothing that is kept. */
const dryRunIdBytes = 8;

/** Everything a leader does, for one term: answers commands, drops spent reservations, moves containers off failed engines. */
export async function beginReign(parts: ReignParts, term: Term): Promise<Reign> {
  const { ledger, judge, clock, logger, desk, door, bus } = parts;
  const journal = new DecisionJournal(term, bus, clock, logger);
  const ports = new PortGrants(ledger, parts.publish);
  const registrarParts = { ledger, term, judge, ports, writes: parts.writes, clock, logger };
  const registrar = new Registrar({ ...registrarParts, onDecision: (decision) => journal.record(decision) });
  const knowledge = new FleetKnowledge(ledger, clock);
  const handlers = handlersOf(registrar, knowledge, new NodeUpdates(ledger, term, clock), parts.randomness);
  const orderKeys = await parts.orderKeys.ring();
  const moveParts = { ledger, registrar, term, bus, clock, logger, orderKeys };
  const rescheduler = new Rescheduler({ ...moveParts, onDecision: (decision) => journal.record(decision) });
  desk.take(handlers);
  term.over.addEventListener('abort', () => desk.leave(handlers), { once: true });
  await door.open();
  bus.publish(subjects.leads(), new Uint8Array());
  const unsubscribe = ledger.subscribe((change) => {
    if (change.type === 'reservation-spent') registrar.confirmed(change.operation);
    else rescheduler.lookSoon();
  });
  // Reservations that were fulfilled while nobody led.
  for (const operation of ledger.spentReservations()) registrar.confirmed(operation);
  rescheduler.start();
  return {
    async stop() {
      unsubscribe();
      rescheduler.stop();
      await door.shut();
      desk.leave(handlers);
      journal.flush();
    },
  };
}

function handlersOf(
  registrar: Registrar,
  knowledge: FleetKnowledge,
  nodes: NodeUpdates,
  randomness: Randomness,
): SchedulerHandlers {
  return {
    place: async (request) => {
      knowledge.demand();
      return registrar.place(request);
    },
    renew: async ({ operation }) => ({ alive: await registrar.renew(operation) }),
    release: async ({ operation, reason }) => ({ released: await registrar.release(operation, reason) }),
    rename: async (request) => {
      knowledge.demand();
      return registrar.rename(request);
    },
    move: async (request) => {
      knowledge.demand();
      return registrar.move(request);
    },
    resize: (request) => registrar.resize(request),
    explain: async ({ request }) => registrar.explain(request, `explain-${randomness.hex(dryRunIdBytes)}`),
    'update-node': (request) => nodes.update(request),
  };
}
