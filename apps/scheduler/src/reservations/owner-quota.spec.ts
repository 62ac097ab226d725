import { describe, expect, it } from 'vitest';
import { BaleenError, labels, type OwnerQuota, type PlacementRequest, subjects } from '#contracts';
import { containerFacts, containerOf, placementRequest } from '../fleet/fleet.builders.ts';
import { leaseTtlMs, TestFleet } from '../scheduler.builders.ts';

const ownLabels = { [labels.owner]: 'team-a' };
const binding = { containerPort: '80/tcp', ip: '', hostPort: '' };
const everything: PlacementRequest = placementRequest({
  labels: ownLabels,
  memoryBytes: 100,
  nanoCpus: 5e8,
  bindings: [binding],
});

async function fleetOf(...schedulers: string[]): Promise<TestFleet> {
  const fleet = new TestFleet();
  for (const key of ['a', 'b', 'c']) await fleet.engine(key);
  for (const scheduler of schedulers) await fleet.scheduler(scheduler);
  return fleet;
}

let operations = 0;
function place(fleet: TestFleet, quota: Omit<OwnerQuota, 'owner'>, given: Partial<PlacementRequest> = {}, operation = '') {
  operations += 1;
  const request = { ...everything, ...given };
  return fleet.ask('place', { operation: operation || `op-${operations}`, request, quota: { owner: 'team-a', ...quota } });
}

const outcome = (answer: unknown) => (answer instanceof BaleenError ? answer.message : 'granted');
const engineOf = (answer: unknown) => (answer as { engine: string }).engine;
const grantedOf = (answers: readonly unknown[]) => answers.filter((answer) => outcome(answer) === 'granted').length;

describe('the quota of a tenant', () => {
  it.each<[Omit<OwnerQuota, 'owner'>, number]>([
    [{ containers: 5 }, 5],
    [{ memoryBytes: 350 }, 3],
    [{ cpus: 2 }, 4],
    [{ publishedPorts: 2 }, 2],
    [{}, 16],
  ])(
    '%j lets %i of 16 creates through that come at one time from several gateways, on whatever engines',
    async (quota, count) => {
      const fleet = await fleetOf('s1');
      const answers = await Promise.all(Array.from({ length: 16 }, () => place(fleet, quota)));
      expect(grantedOf(answers)).toBe(count);
      const refusals = answers.filter((answer) => answer instanceof BaleenError);
      expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set(count === 16 ? [] : [403]));
    },
  );

  it('says what the limit is, what is in use, and what to do', async () => {
    const fleet = await fleetOf('s1');
    await place(fleet, { memoryBytes: 150 });
    expect(outcome(await place(fleet, { memoryBytes: 150 }))).toBe(
      'the policy refuses this: the quota is 150 bytes of memory, 100 are in use and 100 more were asked for: remove something first (tenant’s quotas.memoryBytes)',
    );
  });

  it('counts a create once, as reservation and as container, and no more once it is gone or given back', async () => {
    const fleet = await fleetOf('s1');
    const engine = engineOf(await place(fleet, { containers: 1 }, {}, 'first'));
    await fleet.container(engine, containerOf('c1', 'first', everything));
    await fleet.pass(50);
    expect(grantedOf([await place(fleet, { containers: 2 }, {}, 'second')])).toBe(1);
    expect(grantedOf([await place(fleet, { containers: 2 }, {}, 'third')])).toBe(0);
    await fleet.ask('release', { operation: 'second', reason: 'failed' });
    await fleet.log.delete(subjects.container(engine, 'c1'));
    expect(grantedOf([await place(fleet, { containers: 2 }), await place(fleet, { containers: 2 })])).toBe(2);
  });

  it('is the tenant’s alone: what is others’ does not count, and who has none is not held to it', async () => {
    const fleet = await fleetOf('s1');
    await fleet.container('a', { ...containerFacts('c1'), labels: { [labels.owner]: 'team-b' } });
    await fleet.container('a', { ...containerFacts('c2'), labels: { [labels.owner]: '' } });
    expect(grantedOf([await place(fleet, { containers: 1 })])).toBe(1);
    expect(outcome(await fleet.ask('place', { operation: 'free', request: everything }))).toBe('granted');
  });

  it('holds for what grows, and for networks and volumes', async () => {
    const fleet = await fleetOf('s1');
    await fleet.container(engineOf(await place(fleet, {}, {}, 'first')), containerOf('c1', 'first', everything));
    const grow = (operation: string, memoryBytes: number) =>
      fleet.ask('resize', { operation, container: 'c1', memoryBytes, quota: { owner: 'team-a', memoryBytes: 300 } });
    expect(outcome(await grow('grow-1', 301))).toContain('201 more were asked for');
    expect([outcome(await grow('grow-2', 300)), outcome(await place(fleet, { memoryBytes: 300 }, { memoryBytes: 1 }))]).toEqual([
      'granted',
      expect.stringContaining('300 are in use'),
    ]);
    for (const kind of ['network', 'volume'] as const) {
      const quota = { owner: 'team-a', networks: 1, volumes: 1 };
      const ask = (name: string) =>
        fleet.ask('place', { operation: `${kind}-${name}`, kind, request: placementRequest({ name, labels: ownLabels }), quota });
      expect([outcome(await ask('one')), outcome(await ask('two'))]).toEqual(['granted', expect.stringContaining(`1 ${kind}s`)]);
    }
  });

  it('is held by the next leader, too', async () => {
    const fleet = await fleetOf('s1', 's2');
    await place(fleet, { containers: 1 });
    fleet.fates.set('s1', 'lose-request');
    await fleet.pass(leaseTtlMs * 3);
    expect(outcome(await place(fleet, { containers: 1 }))).toContain('the quota is 1 containers');
  });
});
