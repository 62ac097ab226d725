import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { TestFleet } from '../gateway.builders.ts';
import { client } from '../relay/raw-peers.builders.ts';
import { openTinyGateway } from '../relay/tiny-gateway.builders.ts';
import { ask } from './ask.builders.ts';
import { noteLoopback, reboundName } from './rebound-name.ts';

function nameOf(host: string | undefined, isLoopback = true): string | undefined {
  const socket = {} as Socket;
  if (isLoopback) noteLoopback(socket);
  return reboundName({ headers: host === undefined ? {} : { host }, socket });
}

it.each([
  ['no host', undefined],
  ['buildx', ''],
  ['the docker CLI over TCP', '127.0.0.1:2375'],
  ['over TCP, by name', 'localhost:2375'],
  ['over TCP, IPv6', '[::1]:2375'],
  ['over a unix socket', 'api.moby.localhost'],
  ['over a unix socket, before', 'docker'],
  ['over ssh', 'docker.example.com'],
  ['a socket’s path in hex', '2f7661722f72756e2f646f636b65722e736f636b'],
  ['curl --unix-socket http:/v1.41/info', 'v1.41'],
  ['a container of Docker Desktop', 'host.docker.internal:2375'],
  ['a machine of the local network', 'Build-7.local:2375'],
  ['a name that ends in a dot', 'localhost.:2375'],
])('lets pass what is sent by %s', (_, host) => {
  expect(nameOf(host)).toBeUndefined();
});

it.each([
  'evil.test.example.org:2375',
  'evil.com',
  'evil.com.',
  'localhost.evil.com:2375',
  '127.0.0.1.nip.io',
  'docker.example.com.evil.com',
])('tells that %s may be anybody’s', (host) => {
  expect(nameOf(host)).toBeDefined();
  expect(nameOf(host, false)).toBeUndefined();
});

it('is refused on loopback before anything is asked, and says what to do', async () => {
  const gateway = await openTinyGateway([]);
  const answers = async (head: string) => {
    const user = await client(gateway.port);
    user.send(head);
    await user.has('\r\n\r\n');
    user.socket.destroy();
    return user.received;
  };
  const refused = await answers('GET /swarm HTTP/1.1\r\nHost: page.evil.com:2375\r\n\r\n');
  expect(refused).toMatch(/^HTTP\/1.1 403 /);
  expect(refused).toContain('page.evil.com');
  expect(refused).toContain('localhost');
  // A session takes its connection over before it is dispatched.
  expect(await answers('POST /containers/x/attach HTTP/1.1\r\nHost: evil.com\r\n\r\n')).toMatch(/^HTTP\/1.1 403 /);
  expect(await answers('GET /swarm HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatch(/^HTTP\/1.1 503 /);
  await gateway.close();
});

it('is refused, too, what others are told from what is kept', async () => {
  const fleet = await TestFleet.open();
  onTestFinished(() => fleet.close());
  await fleet.node('node-1');
  for (const path of ['/_ping', '/version', '/v1.44/version']) {
    const asked = async (host: string) => (await ask(`http://127.0.0.1:${fleet.port}${path}`, { headers: { host } })).status;
    expect([await asked('localhost'), await asked('page.evil.com'), await asked('localhost')], path).toEqual([200, 403, 200]);
  }
});
