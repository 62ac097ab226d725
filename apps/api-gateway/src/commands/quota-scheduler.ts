import type { SchedulerCall } from '#cluster-bus';
import { BaleenError, type OwnerQuota, type SchedulerReply, type SchedulerVerb } from '#contracts';
import type { SchedulerClient } from './scheduler-client.ts';

/** Who is asked to place, whoever it is for. */
export type Placer = Pick<SchedulerClient, 'ask' | 'placements'>;

/**
 * The scheduler as a tenant reaches it: whatever it is asked to grant comes with the tenant's quota, which it holds over the whole fleet since all
 * grants are its own. `quota`: as of the policy in force.
 */
export class QuotaScheduler implements Placer {
  readonly #scheduler: Placer;
  readonly #quota: () => OwnerQuota;

  constructor(scheduler: Placer, quota: () => OwnerQuota) {
    this.#scheduler = scheduler;
    this.#quota = quota;
  }

  get placements(): Placer['placements'] {
    return this.#scheduler.placements;
  }

  /** As the client's own; access/refused above the quota, and cluster/unavailable where the leader does not know what a quota is. */
  async ask<V extends SchedulerVerb>(verb: V, request: SchedulerCall<V>, signal?: AbortSignal): Promise<SchedulerReply<V>> {
    const asked = verb === 'place' || verb === 'resize' ? { ...request, quota: this.#quota() } : request;
    const reply = await this.#scheduler.ask(verb, asked, signal);
    if (!isGrant(reply) || reply.isQuotaHeld) return reply;
    await this.#scheduler.ask('release', { operation: reply.operation, reason: 'its quota is not held' });
    throw new BaleenError(
      'cluster/unavailable',
      'the leading scheduler is older than this gateway and holds no quotas: update the schedulers, then ask again',
    );
  }
}

function isGrant(reply: object): reply is SchedulerReply<'place' | 'resize'> {
  return 'isQuotaHeld' in reply;
}
