import { parseEngineAddress } from '#docker-api';
import { natsUrl } from '../flags/nats-flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import { runSingleService } from '../manage/single-service.ts';

export type JoinAgentOptions = {
  /** `nats://…`, or `file:///…` of a file that holds it: a command line is readable by everybody on the machine. */
  readonly nats: string;
  readonly engine: string;
  readonly stateDir?: string;
  /** Address that published ports are shown at; a port is of no matter. */
  readonly advertise?: string;
  readonly cluster?: string;
};

/** `baleen join --nats`: the agent of this machine's engine, in the foreground until SIGTERM or SIGINT. Throws UsageError for what cannot work. */
export async function joinAsAgent(options: JoinAgentOptions, logLevel: string, logFormat: 'json' | 'pretty'): Promise<void> {
  const nats = natsUrl(options.nats);
  if (engineKind(options.engine) === 'agent')
    throw new UsageError('--engine names this machine’s daemon, as in unix:///var/run/docker.sock');
  await runSingleService('engine-monitor', {
    BALEEN_NATS: nats,
    BALEEN_CLUSTER: options.cluster,
    BALEEN_AGENT_ENGINE: options.engine,
    BALEEN_AGENT_ADDRESS: options.advertise?.replace(/:\d+$/, ''),
    BALEEN_STATE_DIR: options.stateDir,
    BALEEN_LOG_LEVEL: logLevel,
    BALEEN_LOG_FORMAT: logFormat,
  });
}

function engineKind(address: string): string {
  try {
    return parseEngineAddress(address).kind;
  } catch (error) {
    throw new UsageError(`--engine: ${error instanceof Error ? error.message : String(error)}`);
  }
}
