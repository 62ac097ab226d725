import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { open } from '../access/access-rule.ts';
import { client, RawPeer, until } from '../relay/raw-peers.builders.ts';
import { openTinyGateway, type TinyGateway } from '../relay/tiny-gateway.builders.ts';
import type { Route } from './router.ts';

const head = (line: string, ...fields: string[]) => `${[line, 'Host: x', ...fields].join('\r\n')}\r\n\r\n`;

const form = (line: string, body: string) =>
  head(`${line} HTTP/1.1`, 'Content-Type: application/x-www-form-urlencoded; charset=utf-8', `Content-Length: ${body.length}`) +
  body;

const routes = (): Route[] => [
  {
    method: 'GET',
    path: '/echo/{name}',
    semantics: 'local',
    access: open,
    handle: (exchange) => exchange.respond(200, { name: exchange.param('name'), q: exchange.query.get('q') }),
  },
  {
    method: 'POST',
    path: '/json',
    semantics: 'local',
    access: open,
    handle: async (exchange) => exchange.respond(201, await exchange.readJson(100)),
  },
  {
    method: 'POST',
    path: '/asked/{name}',
    semantics: 'any',
    access: open,
    raw: (query) => query.has('archive'),
    handle: async (exchange) => exchange.respond(200, [exchange.rawQuery, (await exchange.readBody()).length]),
  },
  { method: 'POST', path: '/nothing', semantics: 'local', access: open, handle: (exchange) => exchange.respond(304) },
  {
    method: 'GET',
    path: '/defect',
    semantics: 'local',
    access: open,
    handle: () => {
      throw new TypeError('secret');
    },
  },
  {
    method: 'GET',
    path: '/export',
    semantics: 'local',
    access: open,
    raw: true,
    handle: (exchange) => void exchange.takeSocket().resume().write('begun'),
  },
  {
    method: 'GET',
    path: '/session',
    semantics: 'local',
    access: open,
    hijack: true,
    handle: (exchange) => void exchange.takeSocket().write('begun'),
  },
  {
    method: 'GET',
    path: '/endless',
    semantics: 'local',
    access: open,
    handle: (exchange) => void exchange.stream(200).write('begun'),
  },
];

describe('Listener', () => {
  let gateway: TinyGateway;
  beforeEach(async () => {
    gateway = await openTinyGateway([], { routes });
  });
  afterEach(async () => {
    await gateway.close();
  });

  const ask = async (request: string, answer: string) => {
    const user = await client(gateway.port);
    user.send(request);
    await user.has(answer);
    return user;
  };

  it('answers with the headers that every Docker answer has', async () => {
    const { received } = await ask(head('GET /v1.40/echo/a%2Fb?q=x+y HTTP/1.1'), '{"name":"a/b","q":"x y"}\n');
    for (const field of ['Api-Version: 1.51', 'Docker-Experimental: false', 'Ostype: linux', 'Server: Baleen/test (linux)']) {
      expect(received).toContain(`${field}\r\n`);
    }
    expect(received).toContain('Content-Type: application/json\r\n');
  });

  it.each([
    [head('GET /unknown HTTP/1.1'), 404, '{"message":"page not found"}\n'],
    [head('DELETE /echo/x HTTP/1.1'), 404, '{"message":"page not found"}\n'],
    [head('GET /echo/../defect HTTP/1.1'), 301, 'Location: /defect\r\n'],
    [head('GET //echo/x?q=1 HTTP/1.1'), 301, 'Location: /echo/x?q=1\r\n'],
    [head('GET /echo/%zz HTTP/1.1'), 400, '{"message":"invalid URL escape \\"%zz\\""}\n'],
    [head('GET /unknown/%z HTTP/1.1'), 400, '{"message":"invalid URL escape \\"%z\\""}\n'],
    [head('GET /echo/%ff HTTP/1.1'), 200, '{"name":"\xef\xbf\xbd","q":null}\n'],
    [head('GET /ec%68%6F/a%2fb HTTP/1.1'), 200, '{"name":"a/b","q":null}\n'],
    [head('GET /v1%2E40/echo/%252e HTTP/1.1'), 200, '{"name":"%2e","q":null}\n'],
    [head('GET /echo/a%2%46b HTTP/1.1'), 400, '{"message":"invalid URL escape \\"%2%\\""}\n'],
    [head('GET /echo/%2e%2E/defect HTTP/1.1'), 301, 'Location: /defect\r\n'],
    [head('GET /echo/x?other=%zz HTTP/1.1'), 400, '{"message":"invalid URL escape \\"%zz\\""}\n'],
    [head('GET /echo/x?q=1;2 HTTP/1.1'), 400, '{"message":"invalid semicolon separator in query"}\n'],
    [head('FOO /echo/x HTTP/1.1'), 404, '{"message":"page not found"}\n'],
    [head('CONNECT /echo/x HTTP/1.1'), 404, '{"message":"page not found"}\n'],
    [head('F(O /echo/x HTTP/1.1'), 400, '{"message":"the request is not HTTP/1.1"}\n'],
    [head('GET /swarm HTTP/1.1'), 503, 'This node is not a swarm manager.'],
    [head('POST /plugins/pull HTTP/1.1'), 501, 'a fleet does not change the plugins of its engines'],
    [
      head('GET /v1.99/echo/x HTTP/1.1'),
      400,
      '{"message":"client version 1.99 is too new. Maximum supported API version is 1.51"}\n',
    ],
    [head('GET /v1.99/unknown HTTP/1.1'), 404, '{"message":"page not found"}\n'],
    [head('OPTIONS /v1.99/unknown HTTP/1.1'), 400, 'client version 1.99 is too new.'],
    [head('POST /json HTTP/1.1', 'Content-Type: text/plain', 'Content-Length: 0'), 400, 'unsupported Content-Type'],
    [head('GET /defect HTTP/1.1'), 500, '{"message":"internal error in the gateway (request 1)"}\n'],
    [head('POST /json HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 3') + '{a}', 400, 'invalid JSON'],
    [head('POST /json HTTP/1.1', 'Content-Length: 1000') + 'x'.repeat(1000), 413, 'larger than 100 bytes'],
    [form('POST /asked/x?a=1', 'a=2&b=%C3%B6 \r\n'), 200, '["a=2&b=%C3%B6+%0D%0A&a=1",0]\n'],
    [form('POST /asked/x', 'a=%zz'), 400, 'invalid URL escape'],
    [form('POST /asked/x?archive', 'a=1'), 400, 'is taken for parameters'],
    [form('POST /asked/x', ''), 200, '["",0]\n'],
    [form('POST /json', '{}'), 400, 'unsupported Content-Type'],
    ['\x16\x03\x01\x02\x00\x01garbage\r\n\r\n', 400, '{"message":"the request is not HTTP/1.1"}\n'],
  ])('answers %j with %i', async (request, status, body) => {
    const { received } = await ask(request, body);
    expect(received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('answers a client older than 1.24 in plain text', async () => {
    const { received } = await ask(head('GET /v1.12/echo/x HTTP/1.1'), 'client version 1.12 is too old.');
    expect(received).toContain('Content-Type: text/plain');
  });

  it('answers OPTIONS with an empty 200', async () => {
    const { received } = await ask(head('OPTIONS /anything HTTP/1.1'), '\r\n\r\n');
    expect(received).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  it('sends 304 without a body and serves on', async () => {
    const user = await ask(head('POST /nothing HTTP/1.1', 'Content-Length: 0'), '\r\n\r\n');
    expect(user.received).not.toMatch(/content-length|transfer-encoding/i);
    user.send(head('GET /echo/next HTTP/1.1'));
    await user.has('"next"');
  });

  it('takes a request head of 900 kB and refuses one of 2 MB', async () => {
    const { received } = await ask(head(`GET /echo/x?q=${'a'.repeat(900_000)} HTTP/1.1`), '\r\n\r\n');
    expect(received).toContain('200 OK');
    const user = await client(gateway.port);
    user.send(head('GET /echo/x HTTP/1.1', `X-Flood: ${'a'.repeat(2_000_000)}`));
    await until(
      () => user.isClosed || user.isEnded,
      () => 'the end of the connection',
    );
    await ask(head('GET /echo/alive HTTP/1.1'), '"alive"');
  });

  it('ignores an Upgrade that the route does not offer', async () => {
    const { received } = await ask(head('GET /echo/x HTTP/1.1', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'), '"x"');
    expect(received).toContain('200 OK');
  });

  it('cuts answers that do not end within two seconds of closing', async () => {
    const clock = new ManualClock();
    const closing = await openTinyGateway([], { routes, clock });
    const user = await client(closing.port);
    user.send(head('GET /endless HTTP/1.1'));
    await user.has('begun');
    const closed = closing.close();
    clock.advance(1_999);
    await new Promise(setImmediate);
    expect(user.isClosed || user.isEnded).toBe(false);
    clock.advance(1);
    await closed;
    await expect.poll(() => user.isClosed || user.isEnded).toBe(true);
  });

  it('waits for nobody who has asked nothing, or has his answer, when it closes', async () => {
    const closing = await openTinyGateway([], { routes, clock: new ManualClock() });
    const [silent, served] = await Promise.all([client(closing.port), client(closing.port)]);
    served.send(head('GET /echo/x HTTP/1.1'));
    await served.has('"x"');
    await closing.close();
    await expect.poll(() => [silent, served].every((user) => user.isClosed || user.isEnded)).toBe(true);
  });

  it('cuts sessions at once when it closes, and large answers only when they have had their two seconds', async () => {
    const session = await ask(head('GET /session HTTP/1.1'), 'begun');
    const answer = await ask(head('GET /export HTTP/1.1'), 'begun');
    const closed = gateway.close();
    await expect.poll(() => session.isClosed || session.isEnded).toBe(true);
    expect(answer.isClosed || answer.isEnded).toBe(false);
    answer.socket.resetAndDestroy();
    await closed;
  });

  it('names the address that is taken and what to do', async () => {
    const listen = `tcp://127.0.0.1:${gateway.port}`;
    await expect(openTinyGateway([], { listen })).rejects.toThrow(
      `cannot listen on ${listen}: the address is in use by node (process ${process.pid}): stop it, or use another port`,
    );
  });
});

describe('a unix socket', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'listener-spec-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('replaces one left behind and belongs to its owner alone', async () => {
    const path = join(folder, 'api.sock');
    const left = await openTinyGateway([], { listen: `unix://${path}` });
    const gateway = await openTinyGateway([], { listen: `unix://${path}`, routes });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const user = new RawPeer(connect(path));
    user.send(head('GET /echo/x HTTP/1.1'));
    await user.has('"x"');
    await gateway.close();
    await left.close();
  });

  it('never replaces a file', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'precious');
    await expect(openTinyGateway([], { listen: `unix://${path}` })).rejects.toThrow('cannot listen on');
  });
});
