import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { BusSink } from './bus-sink.ts';
import { parseNatsUrl, shownNatsUrl } from './nats-url.ts';

export type NatsConnectOptions = {
  /** One or more, comma separated: `nats://user:password@host:4222,…`. */
  readonly url: string;
  /** Shown by `nats server report connections`: app and instance. */
  readonly name: string;
  readonly clock: Clock;
  /** How long the first connection may take until it rejects with cluster/unavailable. Default 30 s. */
  readonly firstConnectMs?: number;
  readonly logger?: BusSink;
};

/** Wait between attempts; with the client's jitter (100 ms) a fleet does not come back in one instant. */
const reconnectWaitMs = 100;
/** A silent cut is noticed after two pings without answer. */
const pingIntervalMs = 3_000;
const pingsWithoutAnswerMax = 2;
const attemptTimeoutMs = 2_000;
const firstConnectDefaultMs = 30_000;

/** One connection per process, shared by log and bus, and one for tunnels; reconnects for ever once it stood. */
export async function connectNats(options: NatsConnectOptions): Promise<NatsConnection> {
  const { url, name, clock, logger } = options;
  const { wantsTls, ...endpoint } = parseNatsUrl(url);
  const untilMs = clock.monotonicMs() + (options.firstConnectMs ?? firstConnectDefaultMs);
  let complained = false;
  for (;;) {
    try {
      return await connect({
        ...endpoint,
        // With it the client refuses a server that cannot encrypt; without, it encrypts with those that can.
        ...(wantsTls ? { tls: {} } : {}),
        name,
        maxReconnectAttempts: -1,
        reconnectTimeWait: reconnectWaitMs,
        pingInterval: pingIntervalMs,
        maxPingOut: pingsWithoutAnswerMax,
        timeout: attemptTimeoutMs,
        ignoreAuthErrorAbort: true,
        noAsyncTraces: true,
      });
    } catch (error) {
      if (clock.monotonicMs() >= untilMs) {
        throw new BaleenError('cluster/unavailable', `no nats-server answers at ${shownNatsUrl(url)}`, { cause: error });
      }
      const reason = error instanceof Error ? error.message : String(error);
      if (!complained) logger?.warn({ nats: shownNatsUrl(url) }, `waiting for NATS: ${reason}`);
      complained = true;
    }
    await new Promise<void>((resolve) => {
      clock.after(reconnectWaitMs, resolve);
    });
  }
}
