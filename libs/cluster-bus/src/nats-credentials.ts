import { readFileSync } from 'node:fs';
import { type Authenticator, credsAuthenticator } from '@nats-io/nats-core';
import { z } from 'zod';
import { BaleenError } from '#contracts';

/** What a process is told of the NATS it dials. */
export type NatsAccess = {
  /** One or more, comma separated: `nats://[user:password@]host:4222,…`; `tls://` = no word in the clear. */
  readonly url: string;
  /** A `.creds` file; empty = none. Read anew at each connection, so that renewed ones count without a restart. */
  readonly credentialsFile: string;
  /** PEM of the CAs that may have signed the servers' certificates; empty = the system's. Demands TLS. */
  readonly caFile: string;
};

/** From the keys every process has (`processConfigShape`). */
export function natsAccess(config: {
  readonly nats: string;
  readonly natsCredsFile: string;
  readonly natsCaFile: string;
}): NatsAccess {
  return { url: config.nats, credentialsFile: config.natsCredsFile, caFile: config.natsCaFile };
}

const Claims = z.object({ name: z.string().min(1) });

/** The name in the credentials: a service's party, or an agent's ID. Throws config/invalid for a file that holds none. */
export function credentialsName(file: string): string {
  const [, payload = ''] = /^[\w-]+\.([\w-]+)\.[\w-]+$/m.exec(read(file, 'NATS credentials')) ?? [];
  try {
    return Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString())).name;
  } catch (error) {
    throw new BaleenError('config/invalid', `${file} holds no NATS credentials (a .creds file, or a join token)`, {
      cause: error,
    });
  }
}

/**
 * Answers with what the file holds when a server asks, or with what it held last where it holds none now: whoever renews credentials may write the file
 * while a connection is made, and an authenticator that throws ends the client for good. Throws config/invalid where it never held any.
 */
export function fileAuthenticator(file: string): Authenticator {
  let last: Authenticator | undefined;
  return (nonce) => {
    try {
      const authenticator = credsAuthenticator(new TextEncoder().encode(read(file, 'NATS credentials')));
      const answer = authenticator(nonce);
      last = authenticator;
      return answer;
    } catch (error) {
      if (last === undefined) throw error;
      return last(nonce);
    }
  };
}

/** The certificates in a PEM file, whatever else stands there (a join token). Throws config/invalid when there are none. */
export function trustedCertificates(file: string): string {
  const blocks = read(file, 'CAs of NATS').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (blocks !== null) return blocks.join('\n');
  throw new BaleenError('config/invalid', `${file} holds no certificate (PEM)`);
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BaleenError('config/invalid', `${what} cannot be read: ${reason}`, { cause: error });
  }
}
