import { BaleenError } from '#contracts';

const shape = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** The name without its slash; throws request/invalid with the engine's text for one that an engine refuses. */
export function containerName(name: string): string {
  if (!shape.test(name))
    throw new BaleenError('request/invalid', `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  return name.replace(/^\//, '');
}

/** As lists have them, without slashes: the container's own name first (it has no further slash), link aliases after it. */
export function sortedNames(names: readonly string[]): string[] {
  const plain = names.map((name) => name.replace(/^\//, ''));
  return [...plain.filter((name) => !name.includes('/')), ...plain.filter((name) => name.includes('/'))];
}
