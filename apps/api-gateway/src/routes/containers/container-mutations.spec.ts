import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaleenError } from '#contracts';
import { answerOf, idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
let engine: string;
let released: string[];

beforeEach(async () => {
  released = [];
  fleet = await TestFleet.open();
  engine = await fleet.node('node-1');
  await fleet.onScheduler('release', ({ operation }) => (released.push(operation), { released: true }));
});
afterEach(() => fleet.close());

describe('mutations', () => {
  it('go to the owner of the engine and keep the daemon’s status', async () => {
    const calls: string[] = [];
    await fleet.container(engine, idOf('c1'), 'web');
    await fleet.onEngine(engine, 'call', async ({ method, path }) => {
      calls.push(`${method} ${path}`);
      const sequence = method === 'DELETE' ? await fleet.log.delete(`engine.${engine}.container.${idOf('c1')}`) : 1;
      return { answer: answerOf(path.includes('/stop') ? 304 : 204), sequence };
    });
    expect((await fleet.ask('POST', '/containers/web/stop?t=1')).status).toBe(304);
    expect((await fleet.ask('POST', '/containers/node-1%2Fweb/start')).status).toBe(204);
    expect((await fleet.ask('DELETE', '/containers/c1?force=1')).status).toBe(204);
    expect(calls).toEqual(['POST /containers/web/stop?t=1', 'POST /containers/web/start', 'DELETE /containers/c1?force=1']);
    expect(await fleet.list('/containers/json?all=1')).toEqual([]);
  });

  it('an update is granted what it says in whatever case its keys are, and sends no other figure beside', async () => {
    await fleet.container(engine, idOf('c1'), 'web');
    const asked: unknown[] = [];
    await fleet.onScheduler('resize', ({ operation, memoryBytes, cpuShares }) => {
      asked.push({ memoryBytes, cpuShares });
      return { operation, term: 3, cpuShares: 512 };
    });
    const bodies: unknown[] = [];
    await fleet.onEngine(engine, 'call', ({ body }) => (bodies.push(body), { answer: answerOf(200), sequence: 1 }));
    const body = '{"Memory":1,"memory":9,"cpushares":2,"nanoCPUs":null,"pidsLimit":7}';
    expect((await fleet.ask('POST', '/containers/web/update', body)).status).toBe(200);
    expect(asked).toEqual([{ memoryBytes: 9, cpuShares: 2 }]);
    expect(bodies).toEqual(['{"Memory":9,"NanoCpus":null,"CpuShares":512,"pidsLimit":7}']);
  });

  it('rename holds the name first, so a taken one never reaches the engine', async () => {
    await fleet.container(engine, idOf('c1'), 'web');
    await fleet.onScheduler('rename', ({ name, operation }) => {
      if (name === 'taken') throw new BaleenError('placement/name-taken', 'Conflict');
      return { operation, term: 3 };
    });
    const terms: (number | undefined)[] = [];
    await fleet.onEngine(engine, 'call', ({ term }) => (terms.push(term), { answer: answerOf(204), sequence: 1 }));
    expect((await fleet.ask('POST', '/containers/web/rename?name=taken')).status).toBe(409);
    expect((await fleet.ask('POST', '/containers/web/rename?name=other')).status).toBe(204);
    expect(terms).toEqual([3]);
  });

  it('rename leaves the end of a hold to the container’s record, and gives it back only when the engine refused', async () => {
    await fleet.container(engine, idOf('c1'), 'web');
    await fleet.onScheduler('rename', ({ operation, name }) => ({ operation: `${operation} ${name}`, term: 3 }));
    await fleet.onEngine(engine, 'call', ({ path }) => ({ answer: answerOf(path.endsWith('bad') ? 500 : 204), sequence: 1 }));
    expect((await fleet.ask('POST', '/containers/web/rename?name=bad')).status).toBe(500);
    expect((await fleet.ask('POST', '/containers/web/rename?name=good')).status).toBe(204);
    expect(released).toHaveLength(1);
  });
});
