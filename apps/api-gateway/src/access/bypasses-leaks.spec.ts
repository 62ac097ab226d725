import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labels, subjects } from '#contracts';
import { idOf, TestFleet } from '../gateway.builders.ts';
import { ownerOf } from './bypass-fleet.builders.ts';
import { policyFile } from './policy.builders.ts';

const [shared, dangling, built] = ['1a', '1b', '1c'].map((digits) => `sha256:${idOf(digits)}`) as [string, string, string];
const secret = 'registry.test/team-b/secret-project:1';
const digest = `registry.test/team-b/secret-project@sha256:${'d'.repeat(64)}`;

const Manifests = [{ ID: 'x', ImageData: { Containers: [idOf('aa'), idOf('db')] } }, { ID: 'y' }];

let fleet: TestFleet;
let engine: string;
let aborter: AbortController;

beforeEach(async () => {
  aborter = new AbortController();
  fleet = await TestFleet.open({ policy: policyFile(), adminHosts: 'tcp://127.0.0.1:0' });
  engine = await fleet.node('node-1', {
    daemon: ({ path }) => {
      if (path.startsWith('/containers/json')) return { body: '[]' };
      if (path.startsWith('/images/json'))
        return { body: JSON.stringify([{ Id: shared, RepoTags: ['busybox:latest'], Manifests }]) };
      if (/\/json(?:\?|$)/.test(path))
        return { body: JSON.stringify({ Id: shared, RepoTags: ['busybox:latest', secret], RepoDigests: [digest], Manifests }) };
      if (path.endsWith('/history'))
        return {
          body: JSON.stringify([
            { Id: 'x', Tags: ['busybox:latest', secret] },
            { Id: 'y', Tags: null },
          ]),
        };
      if (path.startsWith('/system/df'))
        return { body: JSON.stringify({ Containers: [{ Labels: { [labels.originalRequest]: 'packed' } }] }) };
      return { body: '{}' };
    },
  });
  await fleet.image(engine, shared, ['busybox:latest', secret], 1, [digest]);
});
afterEach(async () => {
  aborter.abort();
  await fleet.close();
});
const asked = async (who: string, path: string) => (await fleet.askAs(who, 'GET', path)).text;

async function firstLine(answer: Response): Promise<string> {
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.includes('\n')) break;
  }
  return text.slice(0, text.indexOf('\n'));
}

describe('no environment is shown to who may not inspect by', () => {
  beforeEach(() => fleet.container(engine, idOf('aa'), 'mine', ownerOf('team-a')));
  const top = async (who: string, args: string) =>
    (await fleet.askAs(who, 'GET', `/containers/mine/top${args && `?ps_args=${encodeURIComponent(args)}`}`)).status;

  it.each(['e', 'auxe', '-auxe', 'auxeww', '-ef e', '-eo environ', '-o pid,environ', 'axo pid,cmd', 'E', 'aux\te'])(
    'processes listed with %j',
    async (args) => {
      fleet.asked.length = 0;
      expect([await top('eyes', args), await top('anna', args)]).toEqual([403, 403]);
      expect(
        (await fleet.askAs('eyes', 'GET', `/containers/mine/top?ps_args=aux&ps_args=${encodeURIComponent(args)}`)).status,
      ).toBe(403);
      expect(fleet.asked).toEqual([]);
      expect([await top('ops', args), await top('alice', args)]).toEqual([200, 200]);
    },
  );

  it('none: the usual lists of processes', async () => {
    for (const args of ['', 'aux', '-aux', '-ef', 'auxww', '-eLf']) expect(await top('eyes', args), args).toBe(200);
  });
});

describe('nothing of other tenants is told by', () => {
  it('a shared image: not its other names, in lists, inspections, histories, searches and creates', async () => {
    for (const path of ['/images/json', '/images/busybox/json', '/images/busybox/history', `/images/${shared}/json`]) {
      const text = await asked('alice', path);
      expect(text, path).toContain('busybox:latest');
      expect(text, path).not.toContain('secret-project');
      expect(await asked('root', path), path).toContain('secret-project');
    }
    const filters = encodeURIComponent('{"reference":["registry.test/*/*"]}');
    expect(JSON.parse(await asked('alice', `/images/json?filters=${filters}`))).toEqual([]);
    for (const name of [secret, digest]) {
      expect((await fleet.askAs('alice', 'GET', `/images/${encodeURIComponent(name)}/json`)).status).toBe(404);
      expect((await fleet.askAs('alice', 'POST', '/containers/create', JSON.stringify({ Image: name }))).status).toBe(403);
    }
  });

  it('a shared image’s manifests: not which containers of theirs were made from it', async () => {
    await fleet.container(engine, idOf('aa'), 'mine', ownerOf('team-a'));
    for (const path of ['/images/busybox/json?manifests=1', '/images/json?manifests=1']) {
      const text = await asked('alice', path);
      expect(text, path).toContain(idOf('aa'));
      expect(text, path).not.toContain(idOf('db'));
      expect(await asked('root', path), path).toContain(idOf('db'));
    }
  });

  it('the events of a shared image', async () => {
    const stream = await fleet.stream('/events', aborter.signal, 'alice');
    const event = (name: string, at: number) =>
      `{"Type":"image","Action":"tag","Actor":{"ID":"${shared}","Attributes":{"name":"${name}"}},"timeNano":${at}}`;
    for (const line of [event(secret, 1), event(shared, 2), event('busybox:latest', 3)])
      fleet.bus.publish(subjects.event(engine), Buffer.from(line));
    expect([JSON.parse(await firstLine(stream)) as object]).toMatchObject([
      { Actor: { Attributes: { name: 'busybox:latest' } } },
    ]);
  });
});

describe('an image is', () => {
  it('whose label it bears while it has no name, and its repositories’ from then on', async () => {
    const ownLabel = ownerOf('team-a').labels;
    await fleet.image(engine, dangling, [], 1, [], ownLabel);
    // Built by another tenant on one of this one's, which gave it the label.
    await fleet.image(engine, built, ['registry.test/team-b/built:1'], 1, [], ownLabel);
    const ids = async (who: string) =>
      (JSON.parse(await asked(who, '/images/json')) as { Id: string }[]).map(({ Id }) => Id).toSorted();
    expect(await ids('alice')).toEqual([shared, dangling].toSorted());
    expect(await ids('bob')).toEqual([shared, built].toSorted());
    expect((await fleet.askAs('alice', 'DELETE', `/images/${built}`)).status).toBe(404);
  });

  it('nobody’s to remove by its ID while another has a name of it', async () => {
    await fleet.image(engine, built, ['registry.test/team-a/x:1', 'registry.test/team-b/built:1']);
    expect((await fleet.askAs('alice', 'DELETE', `/images/${built}?force=1`)).status).toBe(403);
  });
});

describe('an environment is not told to who may not inspect, by', () => {
  const label = { [labels.originalRequest]: 'packed' };
  const Labels = { ...label, a: 'b', [labels.owner]: 'team-a' };
  beforeEach(() => fleet.container(engine, idOf('aa'), 'mine', { labels: Labels }, { Labels }));

  it.each(['/containers/json?all=1', '/containers/json?all=1&size=1', '/containers/json?all=1&filters={"label":["a=b"]}'])(
    'the label of the original request in %s',
    async (path) => {
      for (const [who, isTold] of [
        ['root', true],
        ['alice', true],
        ['eyes', false],
        ['anna', false],
      ] as const) {
        const [row] = JSON.parse(await asked(who, path)) as { Labels: Record<string, string> }[];
        expect([row?.Labels['a'], Object.hasOwn(row?.Labels ?? {}, labels.originalRequest)], who).toEqual(['b', isTold]);
      }
    },
  );

  it('tasks and disk usage', async () => {
    for (const path of ['/tasks', '/system/df']) {
      expect(await asked('eyes', path)).not.toContain('packed');
      expect(await asked('root', path)).toContain('packed');
    }
  });

  it('events', async () => {
    const [eyes, root] = [
      await fleet.stream('/events', aborter.signal, 'eyes'),
      await fleet.stream('/events', aborter.signal, 'root'),
    ];
    const attributes = JSON.stringify({ ...label, a: 'b', name: 'mine' });
    const event = `{"Type":"container","Action":"die","Actor":{"ID":"x","Attributes":${attributes}},"timeNano":1}`;
    fleet.bus.publish(subjects.event(engine), Buffer.from(event));
    const told = await firstLine(eyes);
    expect(told).toContain('"a":"b"');
    expect(told).not.toContain('packed');
    expect(await firstLine(root)).toContain('packed');
  });
});
