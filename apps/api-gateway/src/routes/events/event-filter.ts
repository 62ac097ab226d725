import { hasLabels } from '#docker-api';
import type { ListFilters } from '../list-filters.ts';
import type { FleetEvent } from './fleet-event.ts';

type EventTest = (event: FleetEvent, values: readonly string[]) => boolean;

/** The list queries of `docker events` (moby daemon/events/filter.go), and `node` for the fleet. */
const tests: Readonly<Record<string, EventTest>> = {
  event: ({ Action = '' }, values) => values.some((value) => Action === value || Action.startsWith(`${value}:`)),
  type: ({ Type = '' }, values) => values.includes(Type),
  scope: ({ scope = 'local' }, values) => values.includes(scope),
  label: ({ Actor }, values) => hasLabels(Actor?.Attributes ?? {}, values),
  node: ({ node }, values) => values.includes(node.Name) || values.includes(node.Id),
  container: actorTest('container'),
  daemon: actorTest('daemon'),
  network: actorTest('network'),
  volume: actorTest('volume'),
  plugin: actorTest('plugin'),
  image: ({ Type, Actor }, values) => {
    if (Type !== 'image' && Type !== 'container') return false;
    const image = Type === 'image' ? (Actor?.Attributes?.['name'] ?? '') : (Actor?.Attributes?.['image'] ?? '');
    return values.some((value) => value === Actor?.ID || value === image || value === withoutTag(image));
  },
  // Swarm mode's objects have no events here: asking for them shows nothing.
  service: () => false,
  secret: () => false,
  config: () => false,
};

export const eventFilters: ReadonlySet<string> = new Set(Object.keys(tests));

export function eventTest(filters: ListFilters): (event: FleetEvent) => boolean {
  const parts = [...filters];
  return (event) => parts.every(([name, values]) => tests[name]?.(event, values) === true);
}

/** By ID, name or `node/name` of the actor, or a beginning of any, as the engine matches. */
function actorTest(type: string): EventTest {
  return ({ Type, Actor, node }, values) => {
    if (Type !== type) return false;
    // An event of a volume has its name as its ID.
    const name = Actor?.Attributes?.['name'] ?? Actor?.ID ?? '';
    const texts = [Actor?.ID ?? '', name, `${node.Name}/${name}`];
    return values.some((value) => texts.some((text) => text.startsWith(value.replace(/^\//, ''))));
  };
}

function withoutTag(image: string): string {
  const colon = image.lastIndexOf(':');
  return colon < 0 || image.includes('/', colon) ? image : image.slice(0, colon);
}
