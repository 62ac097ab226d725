import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { BaleenError, natsPrefix } from '#contracts';
import type { Clock } from '#service-shell';
import { requestTimeoutMs } from '../limits.ts';
import type { ClusterLog } from '../log.ts';
import type { LogSink } from '../log-sink.ts';
import type { LogRoute } from './log-keeper.ts';
import { NatsLog } from './nats-log.ts';
import { type NewStream, StreamKeeper } from './stream-keeper.ts';

export type NatsLogOptions = {
  /** Shared with the bus; the log never closes it. */
  readonly connection: NatsConnection;
  readonly cluster: string;
  readonly clock: Clock;
  readonly logger?: LogSink;
} & StreamMaking;

/** Who belongs to the fleet makes its stream, as the fleet is configured; who only visits it finds it or has nothing to do there. */
type StreamMaking = ({ readonly mayCreate?: true } & NewStream) | { readonly mayCreate: false };

/** Fences by another subject's sequence came with 2.12. */
const oldestServer = { major: 2, minor: 12 };

/**
 * The log on JetStream. Makes the stream when it is missing, also later on, unless `mayCreate` is false. Rejects with nats/unusable (too old,
 * no JetStream, a foreign stream) or cluster/unavailable.
 */
export async function openNatsLog(options: NatsLogOptions): Promise<ClusterLog> {
  const { connection, cluster, clock } = options;
  checkVersion(connection.info?.version ?? '0.0.0');
  const manager = await openManager(connection);
  const keeper = new StreamKeeper(manager, cluster, options.mayCreate === false ? undefined : options, clock);
  const { config } = await keeper.ensure().catch((error: unknown) => {
    if (error instanceof BaleenError) throw error;
    throw new BaleenError('cluster/unavailable', `the stream ${keeper.name} could not be read or made: ${String(error)}`, {
      cause: error,
    });
  });
  if (config.max_msgs_per_subject !== 1 || config.allow_msg_ttl !== true) {
    const message = `the stream ${keeper.name} was not made by Baleen: remove it (nats stream rm ${keeper.name}) or choose another --cluster`;
    throw new BaleenError('nats/unusable', message);
  }
  const prefix = natsPrefix(cluster);
  const route: LogRoute = { of: (subject) => prefix + subject, onSilence: () => undefined };
  return new NatsLog({ connection, cluster, clock, logger: options.logger, keeper, route });
}

function checkVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const { major: wantedMajor, minor: wantedMinor } = oldestServer;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  const message = `nats-server ${version} is too old: install ${wantedMajor}.${wantedMinor} or newer, or name one with --nats`;
  throw new BaleenError('nats/unusable', message, { details: { version } });
}

async function openManager(connection: NatsConnection): Promise<JetStreamManager> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: requestTimeoutMs });
  if (connection.info?.jetstream !== true) {
    throw new BaleenError('nats/unusable', 'nats-server runs without JetStream: start it with -js, or name another with --nats');
  }
  return manager;
}
