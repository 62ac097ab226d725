import type { NatsConnection } from '@nats-io/nats-core';
import { BaleenError, type LogHealth, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import { requestTimeoutMs } from '../limits.ts';
import type { LogKeeper } from './log-keeper.ts';

type HealthParts = {
  readonly connection: NatsConnection;
  readonly keeper: Pick<LogKeeper, 'name'>;
  readonly clock: Clock;
};

/** Of the server's answer, what is read (nats-server 2.12: `JSApiStreamInfoResponse`). */
type StreamAnswer = {
  readonly ts?: string;
  readonly config?: { readonly storage: 'memory' | 'file'; readonly num_replicas: number };
  readonly state?: { readonly messages: number; readonly bytes: number };
  readonly error?: { readonly description?: string };
};

/** See `ClusterLog.health`; `write` appends nothing under a subject. */
export async function natsHealth(
  { connection, keeper, clock }: HealthParts,
  write: (subject: string) => Promise<number>,
): Promise<LogHealth> {
  const seen: { server: string; clockDeltaMs: number; stream?: LogHealth['stream'] } = {
    server: connection.info?.version ?? '',
    clockDeltaMs: 0,
  };
  try {
    const askedAtMs = clock.nowMs();
    const reply = await connection.request(`$JS.API.STREAM.INFO.${keeper.name}`, '', { timeout: requestTimeoutMs });
    const { ts, config, state, error } = reply.json<StreamAnswer>();
    if (ts !== undefined) seen.clockDeltaMs = Math.round((askedAtMs + clock.nowMs()) / 2 - Date.parse(ts));
    if (config === undefined || state === undefined)
      return {
        ...seen,
        failure: `the stream ${keeper.name} cannot be read: ${error?.description ?? 'the server does not say why'}`,
      };
    seen.stream = { storage: config.storage, replicas: config.num_replicas, messages: state.messages, bytes: state.bytes };
    const beganMs = clock.monotonicMs();
    await write(subjects.barrier('health'));
    return { ...seen, writeMs: clock.monotonicMs() - beganMs };
  } catch (error) {
    return { ...seen, failure: error instanceof BaleenError ? error.message : `NATS does not answer: ${String(error)}` };
  }
}
