import { execFile } from 'node:child_process';
import { open } from '../../../apps/api-gateway/src/access/access-rule.ts';
import type { Route } from '../../../apps/api-gateway/src/http/router.ts';
import type { EngineTarget } from '../../../apps/api-gateway/src/relay/container-locator.ts';
import type { EngineCaller } from '../../../apps/api-gateway/src/relay/engine-caller.ts';
import { relayRequest } from '../../../apps/api-gateway/src/relay/relay-request.ts';

/** API versions of the two generations. */
export const windows = {
  old: { apiVersion: '1.41', minApiVersion: '1.12' },
  new: { apiVersion: '1.51', minApiVersion: '1.24' },
};

/** The rest of the API, so that the CLI can run its flows: relayed to the engine as it is. */
export function otherRoutes(caller: EngineCaller, engine: EngineTarget): Route[] {
  const rows = [
    ['HEAD', '/_ping'],
    ['GET', '/_ping'],
    ['GET', '/version'],
    ['GET', '/info'],
    ['GET', '/events'],
    ['GET', '/containers/json'],
    ['POST', '/containers/create'],
    ['GET', '/containers/{name}/json'],
    ['POST', '/containers/{name}/start'],
    ['POST', '/containers/{name}/stop'],
    ['DELETE', '/containers/{name}'],
  ] as const;
  return rows.map(([method, path]) => ({
    method,
    path,
    semantics: 'any' as const,
    access: open,
    handle: (exchange) => relayRequest(caller, exchange, { engine, path: exchange.path }),
  }));
}

export type Outcome = { readonly stdout: string; readonly stderr: string; readonly exitCode: number };

const commandTimeoutMs = 60_000;

/** Runs a program to its end with this standard input, whatever its exit code. */
export function run(command: string, args: string[], env: NodeJS.ProcessEnv, input: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env, timeout: commandTimeoutMs, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ stdout, stderr, exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1 });
    });
    // A command that ends before it has read all of its input breaks the pipe.
    child.stdin?.on('error', () => child.stdin?.destroy());
    child.stdin?.end(input);
  });
}
