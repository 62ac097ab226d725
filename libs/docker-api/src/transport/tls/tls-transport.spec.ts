import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { EngineClient } from '../../engine-client.ts';
import { plainToTls, whyUnreachable } from '../../engine-errors.ts';
import { plainEngineTransport } from '../engine-transport-config.ts';
import { openEngineTransport } from '../open-engine-transport.ts';

const thrown = (facts: object) => Object.assign(new Error('thrown'), facts);

describe('failures of TLS', () => {
  it.each([
    [{ code: 'CERT_HAS_EXPIRED' }, 'has expired'],
    [{ code: 'CERT_NOT_YET_VALID' }, 'compare the clocks'],
    [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'unknown CA: give its CA certificate'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID', host: 'h', cert: { subjectaltname: 'DNS:x' } }, 'not for h but for DNS:x'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID', host: 'h' }, 'not for h but for no name at all'],
    [{ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }, 'wants a client certificate'],
    [{ code: 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE' }, 'wants a client certificate'],
    [{ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' }, 'no TLS 1.2 or later'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'speaks no TLS'],
    [{ code: 'ERR_SSL_NO_CIPHER_MATCH', reason: 'no cipher match' }, 'TLS failed: no cipher match'],
    [{ code: 'ECONNRESET', host: 'h' }, 'closed during the TLS handshake'],
  ])('%j is told as: %s', (facts, reason) => {
    expect(whyUnreachable(thrown(facts))).toEqual({ kind: 'tls', reason: expect.stringContaining(reason) });
  });

  it('are told from failures of the network', () => {
    expect(whyUnreachable(thrown({ code: 'ECONNRESET', syscall: 'read' })).kind).toBe('reset');
    expect(whyUnreachable(thrown({ code: 'ECONNREFUSED', syscall: 'connect' })).kind).toBe('refused');
  });

  it('name the form of address to use when a daemon with TLS is spoken to without', () => {
    expect(plainToTls('h:1', 400, 'Client sent an HTTP request to an HTTPS server.\n')?.message).toContain(
      'list it as tls://h:1',
    );
    expect(plainToTls('h:1', 400, '{"message":"bad parameter"}')).toBeUndefined();
  });
});

describe('a TLS connection to a host that says nothing', () => {
  let server: Server;
  let client: EngineClient;
  afterEach(async () => {
    await client.close();
    server.close();
  });

  it('is given up and leaves no socket behind', async () => {
    const accepted = Promise.withResolvers<Socket>();
    server = createServer((socket) => accepted.resolve(socket.on('error', () => socket.destroy())));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
    const clock = new ManualClock();
    const transport = openEngineTransport(plainEngineTransport, { clock, logger: silentLogger() });
    client = new EngineClient({ address: `tls://127.0.0.1:${bound.port}`, transport });
    const asked = client.request({ method: 'GET', path: '/_ping', timeoutMs: 8_000 });
    const closed = new Promise((resolve) => void accepted.promise.then((socket) => socket.resume().once('close', resolve)));
    await accepted.promise;
    clock.advance(5_000);
    await expect(asked).rejects.toMatchObject({ code: 'engine/unreachable', details: { kind: 'timeout', sent: false } });
    await closed;
  });
});
