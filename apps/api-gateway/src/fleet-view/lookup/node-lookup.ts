import { BaleenError } from '#contracts';
import type { FleetEngine } from '../fleet-engine.ts';
import type { FleetView } from '../fleet-view.ts';
import { isCalled } from './split-node.ts';

/** By ID, name or unique prefix of an ID. The ID is made from the engine's address, so it survives a daemon that changes its own. */
export function findNode(view: FleetView, reference: string): FleetEngine {
  const members = view.members();
  const exact = members.find((engine) => engine.nodeId === reference || (engine.name !== '' && isCalled(engine, reference)));
  if (exact !== undefined) return exact;
  const byPrefix = members.filter((engine) => reference !== '' && engine.nodeId.startsWith(reference));
  const [only] = byPrefix;
  if (only === undefined) throw new BaleenError('request/not-found', `node ${reference} not found`);
  if (byPrefix.length > 1)
    throw new BaleenError('request/invalid', `node ${reference} is ambiguous (${byPrefix.length} matches found)`);
  return only;
}
