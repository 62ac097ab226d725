import type { OrderKeyRing } from '#cluster-log';
import { type ContainerFacts, labels } from '#contracts';
import { readSealedRequest } from '#docker-api';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';

/**
 * The create that a gateway sealed for this container, or why there is none (ADR 46). One operation makes one container: a copy of its labels
 * orders nothing.
 */
export function orderOf(facts: ContainerFacts, ledger: FleetLedger, keys: OrderKeyRing): ReturnType<typeof readSealedRequest> {
  const operation = facts.labels[labels.operation] ?? '';
  const holder = ledger.containerOf(operation)?.facts.id;
  if (holder !== undefined && holder !== facts.id) return { problem: `container ${holder} is of the same create` };
  return readSealedRequest(facts.labels[labels.originalRequest] ?? '', operation, keys);
}
