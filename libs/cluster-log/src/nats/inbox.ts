import { randomUUID } from 'node:crypto';
import { createInbox, type NatsConnection } from '@nats-io/nats-core';

const prefixes = new WeakMap<NatsConnection, string>();

/** From now on answers to this connection come in under the prefix, which its credentials let it read. */
export function keepInboxPrefix(connection: NatsConnection, prefix: string): void {
  prefixes.set(connection, prefix);
}

/** A subject that nobody guesses and, where NATS is secured, nobody else may read. */
export function newInbox(connection: NatsConnection): string {
  return `${prefixes.get(connection) ?? createInbox()}.${unguessedToken()}`;
}

/**
 * One token of a subject, 122 random bits: whoever is told one of them, as agents are with each command, knows no other. Not the client's own ones, which
 * follow from each other; a UUID, of which Node draws many at once.
 */
export function unguessedToken(): string {
  return randomUUID();
}
