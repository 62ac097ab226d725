import { labels } from '#contracts';
import type { FleetContainer } from './roll/fleet-container.ts';

/**
 * Index keys of containers. An ID is its own key, so that it is in memory once; the others begin with a letter that no ID and no name
 * has, so that a name never hits an ID.
 */
export const containerKey = {
  id: (id: string) => id,
  swarmId: (id: string) => `\u0000s${id}`,
  name: (name: string) => `\u0000n${name}`,
} as const;

/** Length of the short ids that clients show and send back. */
export const shortIdLength = 12;

/** All index keys of a container. */
export function containerKeys({ facts }: FleetContainer): string[] {
  const keys = [containerKey.id(facts.id), containerKey.id(facts.id.slice(0, shortIdLength))];
  const swarmId = facts.labels[labels.swarmId];
  if (swarmId) keys.push(containerKey.swarmId(swarmId), containerKey.swarmId(swarmId.slice(0, shortIdLength)));
  return [...keys, ...facts.names.map(containerKey.name)];
}
