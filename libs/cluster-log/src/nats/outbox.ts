import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/nats-core';
import { atTurnEnd } from '#service-shell';
import { OutgoingMessages } from './outgoing-messages.ts';

/** One message on its way out. */
export type Posted = {
  readonly subject: string;
  /** One payload, in as many parts as it is at hand in. */
  readonly payload: Uint8Array | readonly Uint8Array[];
  readonly reply?: string;
  readonly headers?: MsgHdrs;
  /** The client refused it (it is larger than the server takes, or the connection was closed). */
  readonly onRefused: (error: unknown) => void;
};

const outboxes = new WeakMap<NatsConnection, Outbox>();

/** The one of a connection: log and bus share it, so that what they send keeps its order. */
export function outboxOf(connection: NatsConnection): Outbox {
  const known = outboxes.get(connection);
  if (known !== undefined) return known;
  const made = new Outbox(connection);
  outboxes.set(connection, made);
  return made;
}

/**
 * Sends at the end of a turn of the event loop all that was posted in it, in order, by one write to the socket. The client alone writes whenever
 * a microtask ends: under load two thirds of what a process did for NATS were these writes. Its bound is what can be posted in one turn.
 */
export class Outbox {
  readonly #connection: NatsConnection;
  readonly #outgoing: OutgoingMessages;
  #isDue = false;
  /** Behind what is put together already. */
  #posted: (Posted & { readonly payload: Uint8Array })[] = [];

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#outgoing = new OutgoingMessages(connection);
  }

  /** A payload must stay as it is until the turn's end; parts are copied now. */
  post(message: Posted): void {
    if (!this.#isDue) atTurnEnd(() => this.flush());
    this.#isDue = true;
    const isPlain = message.reply === undefined && message.headers === undefined;
    const isTaken = isPlain && this.#posted.length === 0 && this.#outgoing.add(message.subject, partsOf(message.payload));
    if (!isTaken) this.#posted.push({ ...message, payload: joined(message.payload) });
  }

  /** The answer to a request; nothing where none is wanted. */
  respond(request: Msg, payload: Uint8Array, onRefused: Posted['onRefused']): void {
    if (request.reply) this.post({ subject: request.reply, payload, onRefused });
  }

  /** Hands everything to the client now: before a process ends, or in front of what goes past the outbox. */
  flush(): void {
    const posted = this.#posted;
    this.#posted = [];
    this.#isDue = false;
    this.#outgoing.flush();
    for (const message of posted) this.#send(message);
  }

  #send({ subject, payload, reply, headers, onRefused }: Posted & { readonly payload: Uint8Array }): void {
    try {
      this.#connection.publish(subject, payload, {
        ...(reply !== undefined && { reply }),
        ...(headers !== undefined && { headers }),
      });
    } catch (error) {
      onRefused(error);
    }
  }
}

type Payload = Posted['payload'];

function partsOf(payload: Payload): readonly Uint8Array[] {
  return payload instanceof Uint8Array ? [payload] : payload;
}

function joined(payload: Payload): Uint8Array {
  return payload instanceof Uint8Array ? payload : Buffer.concat(payload);
}
