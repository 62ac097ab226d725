import { BaleenError } from '#contracts';
import type { FleetView } from '../fleet-view.ts';
import type { FleetContainer } from '../roll/fleet-container.ts';
import { splitNode } from './split-node.ts';

/**
 * The container a client means (spec/classic-swarm.md 4.2): exact or short ID, Swarm ID, name or `node/name`, unique prefix of an
 * ID. Fails with request/not-found, or with request/invalid where several would fit: a guess could stop the wrong one.
 */
export function findContainer(view: FleetView, reference: string): FleetContainer {
  const found = matchContainer(view, reference);
  if (found === undefined) throw new BaleenError('request/not-found', `No such container: ${reference}`);
  return found;
}

/** As `findContainer`, but `undefined` when nothing fits. */
export function matchContainer(view: FleetView, reference: string): FleetContainer | undefined {
  const bare = reference.startsWith('/') ? reference.slice(1) : reference;
  if (bare === '') return undefined;
  return view.containersWithId(bare)[0] ?? view.containersWithSwarmId(bare)[0] ?? byName(view, bare) ?? byPrefix(view, bare);
}

/** Whether this is a whole ID: what the view knows by it needs no barrier, since an ID never comes to mean another container. */
export function isWholeId(reference: string): boolean {
  return /^[0-9a-f]{64}$/.test(reference);
}

function byName(view: FleetView, name: string): FleetContainer | undefined {
  const plain = view.find('container', name);
  if (plain.length > 0) return theOne(view, plain, name);
  const onNode = splitNode(view, name);
  if (onNode === undefined) return undefined;
  const named = view.find('container', onNode.name);
  return theOne(
    view,
    named.filter((container) => onNode.engines.has(container.engine)),
    name,
  );
}

/** Of several with one name, the one on a healthy engine: a copy on a lost engine was placed again, or cannot be reached anyhow. */
function theOne(view: FleetView, matches: readonly FleetContainer[], name: string): FleetContainer | undefined {
  if (matches.length < 2) return matches[0];
  const reachable = matches.filter((match) => view.engine(match.engine)?.isHealthy);
  if (reachable.length === 1) return reachable[0];
  const shown = matches.map((match) => `${view.engine(match.engine)?.name}/${name}`).join(', ');
  throw new BaleenError('request/invalid', `container name ${name} is ambiguous: it is ${shown}`);
}

function byPrefix(view: FleetView, prefix: string): FleetContainer | undefined {
  if (!/^[0-9a-f]{1,64}$/.test(prefix)) return undefined;
  let found: FleetContainer | undefined;
  for (const container of view.containersStartingWith(prefix)) {
    if (found !== undefined && found.facts.id !== container.facts.id)
      throw new BaleenError('request/invalid', `multiple IDs found with provided prefix: ${prefix}`);
    found = container;
  }
  return found;
}
