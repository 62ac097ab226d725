import { errors, type NatsConnection, nuid } from '@nats-io/nats-core';
import { keepInboxPrefix } from '#cluster-log';
import { BaleenError, inboxPrefix } from '#contracts';
import { type Clock, systemRandomness } from '#service-shell';
import { connectWithBulk } from './bulk-transport.ts';
import type { BusSink } from './bus-sink.ts';
import { credentialsRefusal } from './credentials-refusal.ts';
import { credentialsName, fileAuthenticator, type NatsAccess, trustedCertificates } from './nats-credentials.ts';
import { parseNatsUrl, shownNatsUrl } from './nats-url.ts';
import { ReconnectPace } from './reconnect-pace.ts';

export type NatsConnectOptions = Pick<NatsAccess, 'url'> &
  Partial<NatsAccess> & {
    /** Shown by `nats server report connections`: app and instance. */
    readonly name: string;
    readonly clock: Clock;
    /** Where answers come in without credentials, whose name counts: an agent's ID, by which doors know it. Default: a name of its own. */
    readonly inboxName?: string;
    /** For tunnels: see `connectWithBulk`. Default: no. */
    readonly isBulk?: boolean;
    /** How long the first connection may take until it rejects with cluster/unavailable. Default 30 s. */
    readonly firstConnectMs?: number;
    /** Whoever waits for the first connection is to end: rejects with cluster/unavailable once the attempt under way is over, 2 s at most. */
    readonly stopping?: AbortSignal;
    readonly logger?: BusSink;
  };

/** Between attempts of a start, until a first connection stands. */
const firstWaitMs = 100;
/** A silent cut is noticed after two pings without answer. */
const pingIntervalMs = 3_000;
const pingsWithoutAnswerMax = 2;
const attemptTimeoutMs = 2_000;
const firstConnectDefaultMs = 30_000;

/** One connection per process, shared by log and bus, and one for tunnels; reconnects for ever once it stood. */
export async function connectNats(options: NatsConnectOptions): Promise<NatsConnection> {
  const { url, name, clock, logger, credentialsFile = '', caFile = '', isBulk = false } = options;
  const { wantsTls, ...endpoint } = parseNatsUrl(url);
  const { inboxName = nuid.next() } = options;
  const prefix = inboxPrefix(credentialsFile === '' ? inboxName : credentialsName(credentialsFile));
  const tls = tlsOptions(wantsTls, caFile);
  const untilMs = clock.monotonicMs() + (options.firstConnectMs ?? firstConnectDefaultMs);
  const pace = new ReconnectPace(clock, systemRandomness);
  let complained = false;
  for (;;) {
    try {
      const connection = await connectWithBulk({
        isBulk,
        ...endpoint,
        ...tls,
        inboxPrefix: prefix,
        ...(credentialsFile !== '' && { authenticator: fileAuthenticator(credentialsFile) }),
        name,
        maxReconnectAttempts: -1,
        reconnectDelayHandler: () => pace.waitMs(),
        pingInterval: pingIntervalMs,
        maxPingOut: pingsWithoutAnswerMax,
        timeout: attemptTimeoutMs,
        ignoreAuthErrorAbort: true,
        noAsyncTraces: true,
      });
      pace.connected();
      keepInboxPrefix(connection, prefix);
      void keepPace(connection, pace);
      void sayRefusals(connection, url, logger);
      return connection;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (options.stopping?.aborted || clock.monotonicMs() >= untilMs)
        throw new BaleenError('cluster/unavailable', `no nats-server answers at ${shownNatsUrl(url)}: ${reason}`, {
          cause: error,
        });
      if (!complained) logger?.warn({ nats: shownNatsUrl(url) }, `waiting for NATS: ${reason}`);
      complained = true;
    }
    await new Promise<void>((resolve) => {
      clock.after(firstWaitMs, resolve);
    });
  }
}

/** With them the client refuses a server that cannot encrypt; without, it encrypts with those that can. */
function tlsOptions(wantsTls: boolean, caFile: string) {
  if (caFile !== '') return { tls: { ca: trustedCertificates(caFile) } };
  return wantsTls ? { tls: {} } : {};
}

async function keepPace(connection: NatsConnection, pace: ReconnectPace): Promise<void> {
  for await (const { type } of connection.status()) if (type === 'reconnect') pace.connected();
}

/** That a server takes the credentials no more is not to be seen from a connection that merely does not come back. */
async function sayRefusals(connection: NatsConnection, url: string, logger: BusSink | undefined): Promise<void> {
  let isSaid = false;
  for await (const status of connection.status()) {
    if (status.type === 'reconnect') isSaid = false;
    if (status.type !== 'error') continue;
    const { error } = status;
    if (error instanceof errors.PermissionViolationError)
      logger?.error({ err: error }, 'NATS refused what these credentials may not do');
    const refusal = credentialsRefusal(error);
    if (refusal === undefined || isSaid) continue;
    isSaid = true;
    logger?.error(
      { nats: shownNatsUrl(url) },
      `NATS takes these credentials no more (${refusal}): issue new ones. ${error.message}`,
    );
  }
}
