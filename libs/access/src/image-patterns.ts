/**
 * Tells whether a repository in full (`docker.io/library/busybox`) is one of those that the patterns name. `*` stands for any text, slashes
 * included; a pattern whose first part is no registry (no dot, no colon, not localhost) is one of Docker Hub, `busybox` an official image.
 */
export function repositoryTest(patterns: readonly string[]): (repository: string) => boolean {
  const tests = patterns.map((pattern) => new RegExp(`^${inFull(pattern).replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 's'));
  return (repository) => tests.some((test) => test.test(repository));
}

function inFull(pattern: string): string {
  const slash = pattern.indexOf('/');
  const first = slash < 0 ? '' : pattern.slice(0, slash);
  if (pattern === '*' || /[.:*]/.test(first) || first === 'localhost') return pattern;
  return slash < 0 ? `docker.io/library/${pattern}` : `docker.io/${pattern}`;
}
