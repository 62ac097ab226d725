import { createInbox, type NatsConnection } from '@nats-io/nats-core';

const prefixes = new WeakMap<NatsConnection, string>();

/** From now on answers to this connection come in under the prefix, which its credentials let it read. */
export function keepInboxPrefix(connection: NatsConnection, prefix: string): void {
  prefixes.set(connection, prefix);
}

/** A subject that nobody guesses and, where NATS is secured, nobody else may read. */
export function newInbox(connection: NatsConnection): string {
  return createInbox(prefixes.get(connection));
}
