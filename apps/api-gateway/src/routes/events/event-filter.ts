import { familiarRepository, hasLabels } from '#docker-api';
import type { ListFilters } from '../list-filters.ts';
import type { FleetEvent } from './fleet-event.ts';

type EventTest = (event: FleetEvent, values: readonly string[]) => boolean;

/** Actions that carry a text after a colon; asked for without it, all values are taken as beginnings (moby daemon/events/filter.go). */
const actionsWithText: ReadonlySet<string> = new Set(['health_status', 'exec_create', 'exec_start']);

/** The list queries of `docker events`, each as the engine's own: those named for a type look at the actor whatever its type. */
const tests: Readonly<Record<string, EventTest>> = {
  event: ({ Action = '' }, values) =>
    values.includes(Action) ||
    (values.some((value) => actionsWithText.has(value)) && values.some((value) => Action.startsWith(value))),
  type: ({ Type = '' }, values) => values.includes(Type),
  scope: ({ scope = '' }, values) => values.includes(scope),
  label: ({ Actor }, values) => hasLabels(Actor?.Attributes ?? {}, values),
  /** Of the fleet: there are no events of Swarm mode's nodes. */
  node: ({ node }, values) => values.includes(node.Name) || values.includes(node.Id),
  image: ({ Type, Actor }, values) => {
    const id = Actor?.ID ?? '';
    const image = Actor?.Attributes?.[Type === 'image' ? 'name' : 'image'] ?? '';
    return [id, image, familiarRepository(id), familiarRepository(image)].some((text) => values.includes(text));
  },
  container: actorTest,
  daemon: actorTest,
  network: actorTest,
  volume: actorTest,
  plugin: actorTest,
  service: actorTest,
  secret: actorTest,
  config: actorTest,
};

export const eventFilters: ReadonlySet<string> = new Set(Object.keys(tests));

export function eventTest(filters: ListFilters): (event: FleetEvent) => boolean {
  const parts = [...filters];
  return (event) => parts.every(([name, values]) => tests[name]?.(event, values) === true);
}

/** By ID or name of the actor or a beginning of either, as engines match; also by `node/name`. */
function actorTest({ Actor, node }: FleetEvent, values: readonly string[]): boolean {
  const id = Actor?.ID ?? '';
  // An event of a volume has its name as its ID.
  const name = Actor?.Attributes?.['name'] ?? id;
  const texts = [id, name, `${node.Name}/${name}`];
  return values.some((value) => texts.some((text) => text.startsWith(value.replace(/^\//, ''))));
}
