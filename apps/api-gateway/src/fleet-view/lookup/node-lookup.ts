import { BaleenError } from '#contracts';
import type { FleetEngine } from '../fleet-engine.ts';
import type { FleetView } from '../fleet-view.ts';
import { isCalled } from './split-node.ts';

/** Node id as the Engine API has it: the engine's key, which is one word and survives a daemon that changes its ID. */
export function findNode(view: FleetView, reference: string): FleetEngine {
  const members = view.members();
  const exact = members.find((engine) => engine.key === reference || (engine.name !== '' && isCalled(engine, reference)));
  if (exact !== undefined) return exact;
  const byPrefix = members.filter((engine) => reference !== '' && engine.key.startsWith(reference));
  const [only] = byPrefix;
  if (only === undefined) throw new BaleenError('request/not-found', `node ${reference} not found`);
  if (byPrefix.length > 1)
    throw new BaleenError('request/invalid', `node ${reference} is ambiguous (${byPrefix.length} matches found)`);
  return only;
}
