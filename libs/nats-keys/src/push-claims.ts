import { credsAuthenticator } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import type { KeyFolder } from './key-folder.ts';

export type PushOptions = {
  /** Addresses without credentials. */
  readonly servers: readonly string[];
  /** PEM of the CA that signed the servers' certificate; `undefined` = NATS without TLS. */
  readonly ca?: string;
};

const connectMaxMs = 5_000;
const answerMaxMs = 5_000;

/** Tells the servers what the account's claims are now, in force at once: who was revoked is disconnected. Rejects with the servers' reason. */
export async function pushClaims(folder: KeyFolder, { servers, ca }: PushOptions): Promise<void> {
  const connection = await connect({
    servers: [...servers],
    authenticator: credsAuthenticator(new TextEncoder().encode(folder.systemCredentials)),
    name: 'baleen-keys',
    timeout: connectMaxMs,
    maxReconnectAttempts: 0,
    ...(ca !== undefined && { tls: { ca } }),
  });
  try {
    const answer = await connection.request('$SYS.REQ.CLAIMS.UPDATE', await folder.accountClaims(), { timeout: answerMaxMs });
    const { error } = answer.json<{ error?: { description?: string } }>();
    if (error !== undefined) throw new Error(`nats-server refused the claims: ${error.description ?? 'it does not say why'}`);
  } finally {
    await connection.close();
  }
}
