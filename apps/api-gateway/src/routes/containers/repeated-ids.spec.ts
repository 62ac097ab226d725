import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BaleenError, labels } from '#contracts';
import { ownerOf } from '../../access/bypass-fleet.builders.ts';
import { policyFile } from '../../access/policy.builders.ts';
import { answerOf, idOf, TestFleet } from '../../gateway.builders.ts';

const id = idOf('a1b2c3');
const short = id.slice(0, 12);

/** Two engines; the second says of a container that the first has that it is its own. `newer`: it says so last. */
async function fleetWithTwo(env: Record<string, string>, repeated: object, newer = true) {
  const fleet = await TestFleet.open(env);
  onTestFinished(() => fleet.close());
  const calls: string[] = [];
  const engines: string[] = [];
  for (const node of ['node-1', 'node-2']) {
    const engine = await fleet.node(node, { daemon: () => ({ body: JSON.stringify({ asked: node }) }) });
    await fleet.onEngine(engine, 'call', ({ method, path }) => {
      calls.push(`${node} ${method} ${path}`);
      return { answer: answerOf(204), sequence: 1 };
    });
    engines.push(engine);
  }
  const [own = '', other = ''] = engines;
  const puts = [() => fleet.container(own, id, 'mine', ownerOf('team-a')), () => fleet.container(other, id, 'claimed', repeated)];
  for (const put of newer ? puts : puts.reverse()) await put();
  return { fleet, calls, other };
}

describe.each([true, false])('a container whose ID a second engine repeats (after the first has told it: %s)', (newer) => {
  let bed: Awaited<ReturnType<typeof fleetWithTwo>>;
  beforeEach(async () => {
    bed = await fleetWithTwo({}, {}, newer);
  });

  it.each([id, short, short.slice(0, 5)])(
    'is nobody’s to guess by %s: the nodes are named, and none is asked',
    async (reference) => {
      for (const [method, path] of [
        ['DELETE', ''],
        ['POST', '/stop'],
        ['GET', '/json'],
        ['GET', '/logs?stdout=1'],
      ] as const) {
        const { status, text } = await bed.fleet.ask(method, `/containers/${reference}${path}`);
        expect(status, path).toBe(400);
        expect(text).toContain(`node-1/${reference}`);
        expect(text).toContain(`node-2/${reference}`);
      }
      expect(bed.calls).toEqual([]);
      expect(bed.fleet.asked).toEqual([]);
    },
  );

  it('is reached by its node, and by its name', async () => {
    for (const reference of ['mine', `node-1/${short}`, `node-1/${id}`, `node-1%2F${id}`])
      expect((await bed.fleet.ask('POST', `/containers/${reference}/stop`)).status, reference).toBe(204);
    expect(bed.calls.map((call) => call.split(' ')[0])).toEqual(['node-1', 'node-1', 'node-1', 'node-1']);
  });

  it('is not the other’s while its own engine is away', async () => {
    await bed.fleet.container(await away('node-3'), idOf('dd'), 'lost');
    await bed.fleet.container(bed.other, idOf('dd'), 'found');
    expect((await bed.fleet.ask('POST', `/containers/${idOf('dd')}/stop`)).status).toBe(400);
    expect(bed.calls).toEqual([]);
  });

  it('is the one that answers where both are one daemon, at another address now', async () => {
    await bed.fleet.container(await away('node-2'), idOf('ee'), 'moved');
    await bed.fleet.container(bed.other, idOf('ee'), 'moved');
    expect((await bed.fleet.ask('POST', `/containers/${idOf('ee')}/stop`)).status).toBe(204);
    expect(bed.calls).toEqual([`node-2 POST /containers/${idOf('ee')}/stop`]);
  });

  const away = (name: string) => bed.fleet.node(name, { state: 'unhealthy', reason: 'no answer' });
});

describe('a container’s name that a second engine repeats while its holder is away', () => {
  const swarmId = (id: string) => ({ labels: { [labels.swarmId]: id.repeat(64) } });

  async function repeated(held: object, claimed: object) {
    const bed = await fleetWithTwo({}, {});
    const lost = await bed.fleet.node('node-3', { state: 'unhealthy', reason: 'no answer' });
    await bed.fleet.container(lost, idOf('dd'), 'web', held);
    await bed.fleet.container(bed.other, idOf('ee'), 'web', claimed);
    return bed;
  }

  it.each([
    ['made behind the fleet’s back', {}, {}],
    ['made as ours are', swarmId('f'), swarmId('e')],
    ['without a Swarm ID where the holder has one', swarmId('f'), {}],
  ])('is nobody’s to guess, %s: the nodes are named, and none is asked', async (_, held, claimed) => {
    const { fleet, calls } = await repeated(held, claimed);
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/stop'],
      ['GET', '/json'],
      ['POST', '/exec'],
    ] as const) {
      const { status, text } = await fleet.ask(method, `/containers/web${path}`);
      expect(status, path).toBe(400);
      expect(text).toContain('container name web is ambiguous: it is ');
      for (const node of ['node-2', 'node-3']) expect(text).toContain(`${node}/web`);
    }
    expect([calls, fleet.asked]).toEqual([[], []]);
    expect((await fleet.ask('POST', '/containers/node-2/web/stop')).status).toBe(204);
    expect((await fleet.ask('POST', '/containers/node-3/web/stop')).status).toBe(503);
  });

  it('is nobody’s to join, unless the create names the node', async () => {
    const { fleet } = await repeated({}, {});
    const placed: unknown[] = [];
    await fleet.onScheduler('place', ({ request }) => {
      placed.push(request.constraints);
      throw new BaleenError('placement/no-engine', 'that is enough');
    });
    const create = async (host: object, env: string[] = []) =>
      (await fleet.ask('POST', '/containers/create', JSON.stringify({ Image: 'busybox', Env: env, HostConfig: host }))).status;
    const joins = [
      { NetworkMode: 'container:web' },
      { PidMode: 'container:web' },
      { VolumesFrom: ['web'] },
      { Links: ['web:db'] },
    ];
    for (const host of joins) expect(await create(host), JSON.stringify(host)).toBe(400);
    expect(placed).toEqual([]);
    await create({ VolumesFrom: ['node-2/web'] });
    await create({ VolumesFrom: ['web'] }, ['constraint:node==node-2']);
    expect(placed).toEqual([['node==node-2'], ['node==node-2']]);
  });

  it('is the one’s that was placed again in its stead', async () => {
    const { fleet, calls } = await repeated(swarmId('f'), swarmId('f'));
    expect((await fleet.ask('POST', '/containers/web/stop')).status).toBe(204);
    expect(calls).toEqual(['node-2 POST /containers/web/stop']);
  });

  it('is the one daemon’s that has both, at another address now', async () => {
    const { fleet, calls, other } = await fleetWithTwo({}, {});
    const before = await fleet.node('node-2', { state: 'unhealthy', reason: 'no answer' });
    for (const engine of [before, other]) await fleet.container(engine, idOf('ee'), 'moved');
    expect((await fleet.ask('POST', '/containers/moved/stop')).status).toBe(204);
    expect(calls).toEqual(['node-2 POST /containers/moved/stop']);
  });
});

it('a container’s node and name mean it, whatever a link of another is called', async () => {
  const { fleet, calls, other } = await fleetWithTwo({}, {});
  // As `run --name node-1 --link linked:mine` makes it.
  await fleet.container(other, idOf('dd'), 'linked', { names: ['linked', 'node-1/mine', 'node-1/other'] });
  const stopped = async (name: string) => (await fleet.ask('POST', `/containers/${name}/stop`)).status;
  expect([await stopped('node-1/mine'), await stopped('node-1/other')]).toEqual([204, 204]);
  expect(calls.map((call) => call.split(' ')[0])).toEqual(['node-1', 'node-2']);
});

it('a Swarm ID means the successor, also when the copy that it replaced is back', async () => {
  const own = { labels: { [labels.swarmId]: 'f'.repeat(64) } };
  const { fleet, calls, other } = await fleetWithTwo({}, {});
  await fleet.container(await fleet.node('node-4'), idOf('d1'), 'web-replaced-1', own);
  await fleet.container(other, idOf('d2'), 'web', own);
  for (const reference of ['f'.repeat(64), 'f'.repeat(12)])
    expect((await fleet.ask('POST', `/containers/${reference}/stop`)).status).toBe(204);
  expect(calls).toEqual([1, 2].map(() => `node-2 POST /containers/${idOf('d2')}/stop`));
});

describe('a tenant’s container', () => {
  it('is its own engine’s, whoever repeats the ID', async () => {
    const { fleet, calls } = await fleetWithTwo({ policy: policyFile() }, {});
    for (const reference of [id, short, 'mine'])
      expect((await fleet.askAs('alice', 'POST', `/containers/${reference}/stop`)).status).toBe(204);
    expect(calls).toEqual([1, 2, 3].map(() => `node-1 POST /containers/${id}/stop`));
  });

  it('is nobody’s where the owner’s label is repeated, too', async () => {
    const { fleet, calls } = await fleetWithTwo({ policy: policyFile() }, { labels: { [labels.owner]: 'team-a' } });
    expect((await fleet.askAs('alice', 'POST', `/containers/${id}/stop`)).status).toBe(400);
    expect(calls).toEqual([]);
  });
});
