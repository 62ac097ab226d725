import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEngineAddress } from '#docker-api';
import { readJoinToken } from '#nats-keys';
import { fileFailure } from '#service-shell';
import type { LogFormat } from '../flags/log-flags.ts';
import { natsUrl } from '../flags/nats-flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import { runSingleService, type ServiceEnvironment } from '../services/single-service.ts';

export type JoinAgentOptions = {
  /** File of a join token. */
  readonly token?: string;
  /** Without a token: `nats://…`, or `file:///…` of a file that holds it: a command line is readable by everybody on the machine. */
  readonly nats?: string;
  readonly engine: string;
  readonly stateDir?: string;
  /** Address that published ports are shown at; a port is of no matter. */
  readonly advertise?: string;
  readonly cluster?: string;
};

/** `baleen join --token` or `--nats`: the agent of this machine's engine, in the foreground until SIGTERM or SIGINT. Throws UsageError for what cannot work. */
export async function joinAsAgent(options: JoinAgentOptions, logLevel: string, logFormat: LogFormat): Promise<void> {
  const fleet =
    options.token === undefined
      ? { BALEEN_NATS: natsUrl(options.nats ?? ''), BALEEN_CLUSTER: options.cluster }
      : tokenEnv(options.token, options.cluster);
  if (engineKind(options.engine) === 'agent')
    throw new UsageError('--engine names this machine’s daemon, as in unix:///var/run/docker.sock');
  await runSingleService('engine-monitor', {
    ...fleet,
    BALEEN_AGENT_ENGINE: options.engine,
    BALEEN_AGENT_ADDRESS: options.advertise?.replace(/:\d+$/, ''),
    BALEEN_STATE_DIR: options.stateDir,
    BALEEN_LOG_LEVEL: logLevel,
    BALEEN_LOG_FORMAT: logFormat,
  });
}

/** The token itself is read at each connection, by whoever dials. Throws UsageError. */
function tokenEnv(file: string, cluster: string | undefined): ServiceEnvironment {
  const path = resolve(file);
  const token = readJoinToken(readToken(path));
  if (token === undefined)
    throw new UsageError(`${path} holds no join token: baleen join-token makes one, on the fleet’s machine`);
  const { fleet, hasCa } = token;
  if (cluster !== undefined && cluster !== fleet.cluster)
    throw new UsageError(`the token is for cluster ${fleet.cluster}, not ${cluster}: leave --cluster out`);
  return {
    BALEEN_NATS: fleet.nats,
    BALEEN_CLUSTER: fleet.cluster,
    BALEEN_NATS_CREDS_FILE: path,
    ...(hasCa && { BALEEN_NATS_CA_FILE: path }),
  };
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--token ${path} cannot be read: ${fileFailure(error)}`);
  }
}

function engineKind(address: string): string {
  try {
    return parseEngineAddress(address).kind;
  } catch (error) {
    throw new UsageError(`--engine: ${error instanceof Error ? error.message : String(error)}`);
  }
}
