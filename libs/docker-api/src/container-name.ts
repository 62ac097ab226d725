import { BaleenError } from '#contracts';

const shape = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** The name without its slash; throws request/invalid with the engine's text for one that an engine refuses. */
export function containerName(name: string): string {
  if (!shape.test(name))
    throw new BaleenError('request/invalid', `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  return name.replace(/^\//, '');
}
