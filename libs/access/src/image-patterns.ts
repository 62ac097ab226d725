/**
 * Tells whether a repository in full (`docker.io/library/busybox`) is one of those that the patterns name. `*` stands for any text, slashes
 * included except in a registry's name; a pattern whose first part is no registry (no dot, no colon, not localhost) is one of Docker Hub, `busybox` an official image.
 */
export function repositoryTest(patterns: readonly string[]): (repository: string) => boolean {
  const tests = patterns.map((pattern) => new RegExp(`^${expressionOf(inFull(pattern))}$`, 's'));
  return (repository) => tests.some((test) => test.test(repository));
}

function expressionOf(pattern: string): string {
  const plain = pattern.replaceAll('.', '\\.');
  const slash = plain.indexOf('/');
  if (slash < 0) return plain.replaceAll('*', '.*');
  // Or whoever has any registry could give a repository there such a name.
  return `${plain.slice(0, slash).replaceAll('*', '[^/]*')}${plain.slice(slash).replaceAll('*', '.*')}`;
}

function inFull(pattern: string): string {
  const slash = pattern.indexOf('/');
  const first = slash < 0 ? '' : pattern.slice(0, slash);
  if (pattern === '*' || /[.:*]/.test(first) || first === 'localhost') return pattern;
  return slash < 0 ? `docker.io/library/${pattern}` : `docker.io/${pattern}`;
}
