import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';
import { engineTarget, openTinyGateway, type TinyGateway } from '../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';
import { windows } from './relayed/relayed-api.ts';
import { type Answer, type Asked, ask, sha256 } from './relayed/wire.ts';

const json = { 'content-type': 'application/json' };
const get = (path: string, headers = {}): Asked => ({ method: 'GET', path, headers });
const post = (path: string, body?: string): Asked => ({
  method: 'POST',
  path,
  headers: json,
  ...(body !== undefined && { body }),
});
const put = (path: string, body: string | Buffer): Asked => ({
  method: 'PUT',
  path,
  body,
  headers: { 'content-type': 'application/x-tar' },
});

/** Asked of the engine and through the gateway; both must answer alike in status, header fields and bytes. */
const readings: readonly Asked[] = [
  ...[
    'stdout=1',
    'stderr=1',
    'stdout=1&stderr=1',
    'stdout=1&tail=2',
    'stdout=1&tail=0',
    'stdout=1&tail=all',
    'stdout=1&tail=-1',
  ].map((query) => get(`/containers/done/logs?${query}`)),
  ...['timestamps=1', 'since=0', 'since=1795350632.231', 'until=1.5', 'details=1', 'follow=1', 'since=nonsense', 'tail=x'].map(
    (query) => get(`/containers/done/logs?stdout=1&${query}`),
  ),
  get('/containers/done/logs'),
  get('/v1.41/containers/done/logs?stdout=1'),
  get('/containers/terminal/logs?stdout=1'),
  get('/containers/fresh/logs?stdout=1'),
  get('/containers/nobody/logs?stdout=1'),
  get('/containers/done/changes'),
  get('/containers/nobody/changes'),
  get('/containers/done/export'),
  get('/containers/nobody/export'),
  get('/containers/done/top'),
  get('/containers/done/archive?path=/etc/passwd'),
  get('/containers/done/archive?path=/etc', { 'accept-encoding': 'gzip' }),
  get('/containers/fresh/archive?path=/etc/passwd'),
  get('/containers/done/archive?path=/no/such'),
  get('/containers/done/archive'),
  { method: 'HEAD', path: '/containers/done/archive?path=/etc/passwd' },
  { method: 'HEAD', path: '/containers/done/archive?path=/no/such' },
  get('/containers/nobody/stats?stream=0'),
  post('/containers/done/wait'),
  post('/containers/done/wait?condition=not-running'),
  post('/containers/done/wait?condition=whenever'),
  post('/containers/nobody/wait'),
  post('/containers/done/resize?h=10&w=10'),
  post('/containers/up/resize?h=10&w=10'),
  post('/containers/up/resize?h=x'),
  post('/containers/done/exec', '{"Cmd":["true"]}'),
  post('/containers/up/exec', '{"Cmd":[]}'),
  post('/containers/up/exec', '{"Cmd":'),
  post('/containers/nobody/exec', '{"Cmd":["true"]}'),
  get('/exec/0123/json'),
  post('/exec/0123/resize?h=1&w=1'),
  post('/exec/0123/start', '{"Detach":true}'),
  put('/containers/fresh/archive?path=/no/such', Buffer.alloc(1024)),
  put('/containers/fresh/archive?path=/etc/passwd', Buffer.alloc(1024)),
  put('/containers/fresh/archive', Buffer.alloc(1024)),
  put('/containers/fresh/archive?path=/', 'no archive at all'.repeat(100)),
  put('/containers/fresh/archive?path=/tmp&noOverwriteDirNonDir=1&copyUIDGID=1', Buffer.alloc(1024)),
  put('/containers/nobody/archive?path=/', Buffer.alloc(1024)),
];

describe.skipIf(whyNoEngines() !== undefined)('what a container streams, asked of its engine and through the gateway', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.open('streams');
  });
  afterAll(() => bed?.close());

  describe.each<Generation>(['old', 'new'])('%s', (generation) => {
    let engine: TestEngine;
    let gateway: TinyGateway;
    beforeAll(async () => {
      engine = await bed.engine({ generation });
      await engine.image();
      gateway = await openTinyGateway([engineTarget(engine.address, { node: engine.name, ...windows[generation] })]);
      await engine.docker(
        'run',
        '--name',
        'done',
        'busybox',
        'sh',
        '-c',
        'for i in 1 2 3; do echo $i; done; echo no >&2; echo x > /new',
      );
      await engine.docker('run', '-t', '--name', 'terminal', 'busybox', 'echo', 'plain');
      await engine.docker('create', '--name', 'fresh', 'busybox', 'true');
      await engine.docker('run', '-d', '--name', 'up', 'busybox', 'sleep', '1000');
    });
    afterAll(() => gateway?.close());

    it('is the same, whatever is asked and refused', async () => {
      const differing: unknown[] = [];
      for (const asked of readings) {
        const [direct, through] = [await ask(engine.address, asked), await ask(gateway.address, asked)];
        const pair = { asked: `${asked.method} ${asked.path}`, direct: comparable(direct), through: comparable(through) };
        if (JSON.stringify(pair.direct) !== JSON.stringify(pair.through)) differing.push(pair);
      }
      expect(differing).toEqual([]);
    });

    it('has the same members in stats and in top', async () => {
      for (const path of ['/containers/up/stats?stream=0&one-shot=1', '/containers/up/top?ps_args=-o,pid,comm']) {
        const [direct, through] = [await ask(engine.address, get(path)), await ask(gateway.address, get(path))];
        expect([through.status, Object.keys(bodyOf(through))], path).toEqual([direct.status, Object.keys(bodyOf(direct))]);
      }
    });

    it('takes and gives eight megabytes of archive byte by byte, also of a container that never ran', async () => {
      const made = 'head -c 8388608 /dev/urandom > /tmp/many; sha256sum /tmp/many';
      const sum = (await engine.docker('exec', 'up', 'sh', '-c', made)).split(' ')[0];
      const archive = await ask(gateway.address, get('/containers/up/archive?path=/tmp/many'));
      expect(sha256(archive.body.subarray(512, 512 + 8_388_608))).toBe(sum);
      const stored = await ask(gateway.address, put('/containers/fresh/archive?path=/tmp', archive.body));
      expect(stored.status).toBe(200);
      const back = await ask(gateway.address, get('/containers/fresh/archive?path=/tmp/many'));
      expect(sha256(back.body.subarray(512, 512 + 8_388_608))).toBe(sum);
    });

    it('serves archives of unknown and of known length, and a client that waits to be told to go on', async () => {
      const { body } = await ask(engine.address, get('/containers/done/archive?path=/new'));
      const path = '/containers/fresh/archive?path=/tmp';
      for (const headers of [
        { 'transfer-encoding': 'chunked' },
        { 'content-length': String(body.length) },
        { expect: '100-continue' },
      ]) {
        expect((await ask(gateway.address, { method: 'PUT', path, body, headers })).status, JSON.stringify(headers)).toBe(200);
      }
    });
  });
});

function comparable({ status, fields, body }: Answer) {
  return { status, fields, body: body.length < 2_000 ? body.toString('latin1') : sha256(body) };
}

function bodyOf({ body }: Answer): object {
  return JSON.parse(body.toString('utf8')) as object;
}
