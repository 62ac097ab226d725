import type { IncomingMessage } from 'node:http';
import { BaleenError } from '#contracts';
import { reboundName } from './rebound-name.ts';

/** Fields that say where a body ends: for every recipient, so no connection option may name them (RFC 9110, 7.6.1). */
const framing = /(?:^|[\s,])(?:content-length|transfer-encoding)(?:[\s,]|$)/i;

/** Of a name in a refusal: as long as a name of DNS can be. */
const nameMax = 253;

/**
 * Throws request/invalid for a head that would mean one thing here and another behind the gateway, and request/forbidden for a page of another
 * origin, by whatever name it got here: it would ask with the certificate or from the machine of whoever has it open. No client of Docker sends either.
 */
export function refuseOddHeads(request: IncomingMessage, { cors }: { readonly cors: boolean }): void {
  const { headers, method } = request;
  if (framing.test(headers.connection ?? ''))
    throw new BaleenError('request/invalid', 'invalid header: Connection must not name the framing of the body');
  if (cors) return;
  if (isForeign(headers, method))
    throw new BaleenError(
      'request/forbidden',
      'a page of another origin may not ask: open the dashboard itself, or see --api-enable-cors',
    );
  const name = reboundName(request);
  if (name !== undefined)
    throw new BaleenError(
      'request/forbidden',
      `the Host header says ${JSON.stringify(name.slice(0, nameMax))}, but only this machine reaches this address: a web page may have led its name here (DNS rebinding). Ask as localhost or by address; a proxy in front sends "Host: localhost"`,
    );
}

function isForeign(headers: IncomingMessage['headers'], method: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) {
    // A link that somebody follows: what is shown is for them alone.
    const isFollowed = method === 'GET' && headers['sec-fetch-dest'] === 'document';
    return site !== 'same-origin' && site !== 'none' && !isFollowed;
  }
  // Libraries for WebSockets say where they connect to.
  const { origin, host = '' } = headers;
  return origin !== undefined && origin.replace(/^[a-z+.-]+:\/\//i, '').toLowerCase() !== host.toLowerCase();
}
