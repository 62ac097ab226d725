import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { isCalled } from '../../fleet-view/lookup/split-node.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import { runsOf } from '../../fleet-view/roll/text-signature.ts';
import type { ListFilters } from '../list-filters.ts';
import { plainPattern } from '../text-match.ts';

/** Finds at least all containers that fit one list query; `undefined` = no index tells. */
type Finder = (values: readonly string[], view: FleetView) => FleetContainer[] | undefined;

/** In the order of how few they usually leave. */
const finders: readonly (readonly [query: string, find: Finder])[] = [
  ['id', (values, view) => values.flatMap((value) => theOnlyOne(view, value))],
  ['name', (values, view) => allOrNone(values, (value) => named(view, value))],
  ['label', (values, view) => labelled(view, values)],
  ['node', (values, view) => onNodes(view, values)],
];

/** Some of the containers, among which all are that fit the list queries, by the index of one of them; `undefined` = it may be any. */
export function narrowedContainers(view: FleetView, filters: ListFilters): FleetContainer[] | undefined {
  for (const [query, find] of finders) {
    const values = filters.get(query);
    const found = values && find(values, view);
    if (found !== undefined) return [...new Set(found)];
  }
  return undefined;
}

/** An engine's `id` query wants a prefix that one container has; any other finds nothing. Several machines may have that container. */
export function theOnlyOne(view: FleetView, prefix: string): FleetContainer[] {
  const found: FleetContainer[] = [];
  if (prefix === '') return found;
  for (const container of view.containersStartingWith(prefix)) {
    // It may be a Swarm ID that begins so.
    if (!container.facts.id.startsWith(prefix)) continue;
    if (found[0] !== undefined && found[0].facts.id !== container.facts.id) return [];
    found.push(container);
  }
  return found;
}

/** A container has a name that fits only if it has one with all the letters that the pattern spells out. */
function named(view: FleetView, pattern: string): FleetContainer[] | undefined {
  const plain = plainPattern(pattern);
  if (plain === undefined) return undefined;
  const { text, hasDots, isAtStart, isAtEnd } = plain;
  if (isAtStart && isAtEnd && !hasDots) return view.find('container', text);
  const spelled = text.split('.').reduce((longest, part) => (part.length > longest.length ? part : longest));
  const runs = runsOf(spelled);
  const blocks = view.roll.blocks.filter((block) => block.hasName(spelled, runs));
  return blocks.flatMap(({ containers }) => containers.filter(({ facts }) => facts.names.some((name) => name.includes(spelled))));
}

function labelled(view: FleetView, wanted: readonly string[]): FleetContainer[] {
  const sizes = wanted.map((label) => {
    const sets = view.containersLabelled(label);
    return { sets, size: sets.reduce((sum, set) => sum + set.size, 0) };
  });
  const smallest = sizes.reduce((best, next) => (next.size < best.size ? next : best));
  return smallest.sets.flatMap((set) => [...set]);
}

function onNodes(view: FleetView, nodes: readonly string[]): FleetContainer[] {
  const engines = view.visible().filter((engine) => nodes.some((node) => isCalled(engine, node)));
  return engines.flatMap(({ shelves }) => [...shelves.container.values()]);
}

function allOrNone<T>(values: readonly string[], find: (value: string) => T[] | undefined): T[] | undefined {
  const found: T[] = [];
  for (const value of values) {
    const some = find(value);
    if (some === undefined) return undefined;
    found.push(...some);
  }
  return found;
}
