import type { NatsConnection } from '@nats-io/nats-core';
import type { z } from 'zod';
import { BaleenError, encodeRecord, natsPrefix, readRecord, streamName, subjects, token } from '#contracts';
import type { Clock } from '#service-shell';
import { requestTimeoutMs } from '../limits.ts';
import type { LogKeeper, LogRoute, StoredRecord, WantedConsumer } from '../nats/log-keeper.ts';
import { NatsRequests } from '../nats/nats-requests.ts';
import type { StandingOf } from '../standing-in-log.ts';
import { anyDoor, DoorAnswer, FollowAnswer, refusedHeader, StandingAnswer, StreamAnswer, sequenceHeader } from './door-wire.ts';

export type DoorKeeperParts = {
  readonly connection: NatsConnection;
  readonly cluster: string;
  /** Key of the engine that the credentials are for. */
  readonly key: string;
  readonly clock: Clock;
};

const nothing = new Uint8Array();

/** The log as its agent sees it, through a monitor's door; keeps to one door until that falls silent. */
export class DoorKeeper implements LogKeeper, LogRoute {
  readonly name: string;
  readonly #parts: DoorKeeperParts;
  readonly #prefix: string;
  readonly #requests: NatsRequests;
  #door = anyDoor;

  constructor(parts: DoorKeeperParts) {
    this.#parts = parts;
    this.name = streamName(parts.cluster);
    this.#prefix = natsPrefix(parts.cluster);
    this.#requests = new NatsRequests(parts.connection, parts.clock);
  }

  of(subject: string): string {
    return this.#at(`append.${subject}`, this.#door);
  }

  onSilence(): void {
    this.#door = anyDoor;
  }

  /** Looks for a door anew: what was there may have gone. */
  async ensure(): Promise<{ readonly created: string }> {
    const { created, door } = await this.#ask('stream', undefined, StreamAnswer, anyDoor);
    this.#door = door;
    return { created };
  }

  async addConsumer({ fromSequence, ...wanted }: WantedConsumer): Promise<number> {
    const request = { ...wanted, ...(fromSequence !== undefined && { fromSequence }) };
    return (await this.#ask('follow', request, FollowAnswer)).pending;
  }

  async removeConsumer(name: string): Promise<void> {
    await this.#send('unfollow', encodeRecord({ name }));
  }

  async lastMessage(subject: string): Promise<StoredRecord | null> {
    const answer = await this.#send(`last.${subject.slice(this.#prefix.length)}`, nothing);
    const refused = answer.headers?.get(refusedHeader);
    if (refused) throw new BaleenError('cluster/unavailable', `the door of the log refused ${subject}: ${refused}`);
    const seq = Number(answer.headers?.get(sequenceHeader));
    return seq > 0 ? { seq, header: answer.headers, data: answer.data } : null;
  }

  readonly standingOf: StandingOf = async ({ id }) =>
    (await this.#ask(`standing.${subjects.daemon(id)}`, undefined, StandingAnswer)).standing;

  async #ask<S extends z.ZodType>(what: string, request: object | undefined, schema: S, door = this.#door): Promise<z.infer<S>> {
    const { data } = await this.#send(what, request === undefined ? nothing : encodeRecord(request), door);
    const answer = readRecord(DoorAnswer, data);
    const parsed = answer !== undefined && 'ok' in answer ? schema.safeParse(answer.ok) : undefined;
    if (parsed?.success === true) return parsed.data;
    const reason = answer !== undefined && 'refused' in answer ? answer.refused : 'its answer breaks the contract';
    throw new BaleenError('cluster/unavailable', `the door of the log refused ${what}: ${reason}`);
  }

  async #send(what: string, payload: Uint8Array, door = this.#door) {
    try {
      return await this.#requests.request({ subject: this.#at(what, door), payload, timeoutMs: requestTimeoutMs });
    } catch (error) {
      this.onSilence();
      const message = `no monitor of cluster ${this.#parts.cluster} answers: is the fleet running, its name right (--cluster), and the token of this agent one of it?`;
      throw new BaleenError('cluster/unavailable', message, { cause: error });
    }
  }

  #at(what: string, door: string): string {
    return this.#prefix + subjects.door(this.#parts.key, token(door), what);
  }
}
