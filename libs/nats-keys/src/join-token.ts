import { z } from 'zod';

/**
 * A join token: one text file that is the agent's credentials (`.creds`), the CA of the fleet's NATS (PEM) and a line that says where to dial.
 * Whoever holds it is that one engine's agent, until it expires or is revoked.
 */
export type JoinToken = {
  readonly credentials: string;
  /** PEM; `undefined` = the system's CAs, or no TLS. */
  readonly ca: string | undefined;
  readonly fleet: JoinFleet;
};

const JoinFleet = z.object({ cluster: z.string(), nats: z.string() });
export type JoinFleet = z.infer<typeof JoinFleet>;

const mark = 'baleen-join: ';

/** The blocks in an order that readers of credentials and of certificates both take. */
export function joinTokenText({ credentials, ca, fleet }: JoinToken): string {
  return `${credentials}\n${ca === undefined ? '' : `${ca.trim()}\n\n`}${mark}${JSON.stringify(fleet)}\n`;
}

/** What of a token is read by whom: where to dial, and whether there is a CA in it. `undefined` = this is no join token. */
export function readJoinToken(text: string): { readonly fleet: JoinFleet; readonly hasCa: boolean } | undefined {
  const line = text.split('\n').find((each) => each.startsWith(mark));
  if (line === undefined || !text.includes('NATS USER JWT')) return undefined;
  const fleet = fleetIn(line.slice(mark.length));
  return fleet === undefined ? undefined : { fleet, hasCa: text.includes('BEGIN CERTIFICATE') };
}

function fleetIn(json: string): JoinFleet | undefined {
  try {
    return JoinFleet.safeParse(JSON.parse(json)).data;
  } catch {
    // No JSON, so no token.
    return undefined;
  }
}
