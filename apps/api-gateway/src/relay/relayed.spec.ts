import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EndedSpan, systemClock, systemRandomness, Tracer, useTracer } from '#service-shell';
import { fakeEngine, RawClients } from './raw-peers.builders.ts';
import { engineTarget, openTinyGateway, type TinyGateway } from './tiny-gateway.builders.ts';

const upgrade = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';

describe('a relayed exchange in a trace', () => {
  let engine: Awaited<ReturnType<typeof fakeEngine>>;
  let gateway: TinyGateway;
  let ended: EndedSpan[];
  const clients = new RawClients();
  beforeEach(async () => {
    ended = [];
    const parts = { clock: systemClock, randomness: systemRandomness, ratio: 1 };
    useTracer(new Tracer({ ...parts, onEnded: (span) => ended.push(span) }));
    engine = await fakeEngine();
    gateway = await openTinyGateway([engineTarget(engine.address)]);
  });
  afterEach(async () => {
    useTracer(undefined);
    clients.hangUp();
    await Promise.all([gateway.close(), engine.close()]);
  });

  it.each([
    ['an answer', 'GET /containers/c1/top', '', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 200],
    ['a session', 'POST /containers/c1/attach', upgrade, `HTTP/1.1 101 UPGRADED\r\n${upgrade}\r\n`, 101],
    ['a large body', 'GET /containers/c1/export', '', 'HTTP/1.1 200 OK\r\n\r\n', 200],
  ])('is one call to the engine as long as it flows: %s', async (_, line, fields, head, status) => {
    const user = await clients.open(gateway.port);
    user.send(`${line} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`);
    const daemon = await engine.peer();
    daemon.send(head);
    await user.has('\r\n\r\n');
    expect(ended).toEqual([]);
    daemon.socket.end();
    user.socket.end();
    await expect.poll(() => ended).toHaveLength(2);
    const [call, request] = ended;
    expect(call).toMatchObject({ name: 'engine call', kind: 'client', parentSpanId: request?.context.spanId });
    expect(call?.attributes).toEqual({
      'http.request.method': line.split(' ')[0],
      'server.address': engine.address,
      'http.response.status_code': status,
    });
  });

  it('says by its code why the engine did not answer, and nothing that was typed', async () => {
    const user = await clients.open(gateway.port);
    user.send('GET /containers/secret/export HTTP/1.1\r\nHost: x\r\n\r\n');
    (await engine.peer()).socket.resetAndDestroy();
    await expect.poll(() => ended).toHaveLength(2);
    expect(ended[0]).toMatchObject({ name: 'engine call', failure: 'engine/unreachable' });
    expect(JSON.stringify(ended)).not.toContain('secret');
  });
});
