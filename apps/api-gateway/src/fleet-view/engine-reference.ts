import type { ContainerFacts } from '#contracts';

/**
 * What to call a container at its own engine: as the client did, so that the engine's messages speak of what the client knows.
 * `node/name` loses its node; a Swarm ID, which no engine knows, becomes the container's ID.
 */
export function engineReference({ id, names }: Pick<ContainerFacts, 'id' | 'names'>, reference: string): string {
  const bare = reference.replace(/^\//, '');
  if (names.includes(bare)) return bare;
  const name = bare.slice(bare.indexOf('/') + 1);
  if (names.includes(name)) return name;
  return id.startsWith(bare) ? bare : id;
}
