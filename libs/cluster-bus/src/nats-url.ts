import { BaleenError } from '#contracts';

/** What a client needs to dial: the servers without credentials, and those. */
export type NatsEndpoint = {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  /** One of them was written `tls://`: no server may be spoken to in the clear. */
  readonly wantsTls: boolean;
};

/**
 * Reads `nats://[user:password@|token@]host[:port]` (or `tls://…`), or several, comma-separated; the credentials of the first count for all. The client library
 * itself knows none in a URL. Throws config/invalid, without the credentials.
 */
export function parseNatsUrl(text: string): NatsEndpoint {
  const urls = text.split(',').map((item) => parseOne(item.trim()));
  const servers = urls.map(({ host }) => host);
  const wantsTls = urls.some(({ isTls }) => isTls);
  const [{ username, password }] = urls as [(typeof urls)[number]];
  if (username === '') return { servers, wantsTls };
  return password === '' ? { servers, wantsTls, token: username } : { servers, wantsTls, user: username, pass: password };
}

/** The addresses without credentials, also of a text that is none. */
export function shownNatsUrl(text: string): string {
  try {
    return parseNatsUrl(text).servers.join(',');
  } catch {
    return text.split(',').map(withoutCredentials).join(',');
  }
}

/** A password may hold an `@` of its own: only behind the last one nothing is secret. */
function withoutCredentials(item: string): string {
  return item.trim().replace(/^([a-z]+:\/\/)?.*@/is, '$1');
}

function parseOne(item: string): { host: string; isTls: boolean; username: string; password: string } {
  const url = URL.parse(item.includes('://') ? item : `nats://${item}`);
  if (url === null || url.host === '' || !/^(nats|tls):$/.test(url.protocol)) {
    throw new BaleenError(
      'config/invalid',
      `invalid NATS address ${JSON.stringify(withoutCredentials(item))}: it must be nats://host:4222`,
    );
  }
  const { host, protocol, username, password } = url;
  return { host, isTls: protocol === 'tls:', username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
