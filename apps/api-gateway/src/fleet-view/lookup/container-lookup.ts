import { BaleenError, isReplacedName, labels } from '#contracts';
import type { FleetView } from '../fleet-view.ts';
import type { FleetContainer } from '../roll/fleet-container.ts';
import { splitNode } from './split-node.ts';

/**
 * The container a client means (spec/classic-swarm.md 4.2): exact or short ID, Swarm ID, name or `node/name`, unique prefix of an
 * ID, `node/ID`. Fails with request/not-found, or with request/invalid where several would fit: a guess could stop the wrong one.
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
  return sameId(view, view.containersWithId(bare), bare) ?? bySwarmId(view, bare) ?? byName(view, bare) ?? byPrefix(view, bare);
}

/** Whether this is a whole ID: what the view knows by it needs no barrier, since an ID never comes to mean another container. */
export function isWholeId(reference: string): boolean {
  return /^[0-9a-f]{64}$/.test(reference);
}

/** A copy that was replaced, and put aside when its engine was back, bears the Swarm ID of its successor (ADR 8). */
function bySwarmId(view: FleetView, id: string): FleetContainer | undefined {
  const all = view.containersWithSwarmId(id);
  const inUse = all.filter(({ facts }) => !isReplacedName(facts.names[0] ?? ''));
  return theOne(view, inUse.length > 0 ? inUse : all, id);
}

/** `node/name` means the node's before a link's alias that is spelled so: whoever names a container may name it as a node. */
function byName(view: FleetView, name: string): FleetContainer | undefined {
  const onNode = splitNode(view, name);
  const there = onNode && onEngines(view, onNode.engines, onNode.name);
  return there ?? theOne(view, view.find('container', name), name);
}

function onEngines(view: FleetView, engines: ReadonlySet<string>, reference: string): FleetContainer | undefined {
  const isThere = ({ engine }: FleetContainer) => engines.has(engine);
  const named = view.find('container', reference).filter(isThere);
  return theOne(view, named, reference) ?? sameId(view, view.containersWithId(reference).filter(isThere), reference);
}

/**
 * Of several with one name none, unless they are one container and one engine has it in reach: it was placed again, or its daemon has another address now.
 * Otherwise whoever repeats a name would have it while its holder is away.
 */
function theOne(view: FleetView, matches: readonly FleetContainer[], name: string): FleetContainer | undefined {
  if (matches.length < 2) return matches[0];
  const [reachable, another] = matches.filter(({ engine }) => view.engine(engine)?.isHealthy);
  const isAlone = reachable !== undefined && another === undefined;
  if (isAlone && matches.every((match) => isPlacedAgain(match, reachable) || placeOf(view, match) === placeOf(view, reachable)))
    return reachable;
  throw ambiguous(view, matches, `container name ${name}`, name);
}

/** Swarm IDs are drawn by gateways and known to the engines that have had the container. */
function isPlacedAgain({ facts }: FleetContainer, successor: FleetContainer): boolean {
  const swarmId = facts.labels[labels.swarmId] ?? '';
  return swarmId !== '' && swarmId === successor.facts.labels[labels.swarmId];
}

/** Alike for one container that is known at several addresses of its daemon. */
function placeOf(view: FleetView, { engine, facts }: FleetContainer): string {
  return `${view.engine(engine)?.identity?.id} ${facts.id}`;
}

/**
 * Of several with one ID, or one short ID, none: whichever came first, one of their engines was cloned, or says of another's container that it is its own. Health
 * does not decide between daemons, or whoever repeats an ID had it while the other is away; it does between two addresses of one daemon.
 */
function sameId(view: FleetView, matches: readonly FleetContainer[], id: string): FleetContainer | undefined {
  if (matches.length < 2) return matches[0];
  const places = new Set(matches.map((match) => placeOf(view, match)));
  if (places.size === 1) return matches.find(({ engine }) => view.engine(engine)?.isHealthy) ?? matches[0];
  throw ambiguous(view, matches, `container ${id}`, id);
}

function ambiguous(view: FleetView, matches: readonly FleetContainer[], what: string, reference: string): BaleenError {
  const shown = matches.map(({ engine }) => `${view.engine(engine)?.name}/${reference}`).join(', ');
  return new BaleenError('request/invalid', `${what} is ambiguous: it is ${shown}`);
}

function byPrefix(view: FleetView, prefix: string): FleetContainer | undefined {
  if (!/^[0-9a-f]{1,64}$/.test(prefix)) return undefined;
  const found: FleetContainer[] = [];
  for (const container of view.containersStartingWith(prefix)) {
    if (found[0] !== undefined && found[0].facts.id !== container.facts.id)
      throw new BaleenError('request/invalid', `multiple IDs found with provided prefix: ${prefix}`);
    found.push(container);
  }
  return sameId(view, found, prefix);
}
