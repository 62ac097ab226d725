import { run } from '../../e2e/support/run.ts';

/** The flags that make published ports reachable at the gateway's own host name; `undefined` while `baleen manage` has none. */
export async function publishFlags(): Promise<readonly string[] | undefined> {
  const { stdout } = await run('bin/baleen', ['manage', '--help']);
  return stdout.includes('--publish ') ? ['--publish', 'gateway'] : undefined;
}
