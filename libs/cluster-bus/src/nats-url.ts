import { BaleenError } from '#contracts';

/** What a client needs to dial: the servers without credentials, and those. */
export type NatsEndpoint = {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
};

/**
 * Reads `nats://[user:password@|token@]host[:port]`, or several, comma-separated; the credentials of the first count for all. The client library
 * itself knows none in a URL. Throws config/invalid, without the credentials.
 */
export function parseNatsUrl(text: string): NatsEndpoint {
  const urls = text.split(',').map((item) => parseOne(item.trim()));
  const servers = urls.map(({ host }) => host);
  const [{ username, password }] = urls as [(typeof urls)[number]];
  if (username === '') return { servers };
  return password === '' ? { servers, token: username } : { servers, user: username, pass: password };
}

/** The addresses without credentials. */
export function shownNatsUrl(text: string): string {
  return text.replaceAll(/\/\/[^@/,]*@/g, '//');
}

function parseOne(item: string): { host: string; username: string; password: string } {
  const url = URL.parse(item.includes('://') ? item : `nats://${item}`);
  if (url === null || url.host === '' || !/^(nats|tls):$/.test(url.protocol)) {
    throw new BaleenError(
      'config/invalid',
      `invalid NATS address ${JSON.stringify(shownNatsUrl(item))}: it must be nats://host:4222`,
    );
  }
  return { host: url.host, username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}
