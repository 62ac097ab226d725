import { describe, expect, it } from 'vitest';
import { BaleenError, type PlacementRequest, subjects } from '#contracts';
import { containerFacts, containerOf, placementRequest } from '../fleet/fleet.builders.ts';
import { TestFleet } from '../scheduler.builders.ts';
import { reservationTtlMs } from './reservation-writer.ts';

async function fleetOf(...keys: string[]): Promise<TestFleet> {
  const fleet = new TestFleet();
  for (const key of keys) await fleet.engine(key);
  await fleet.scheduler('s1');
  return fleet;
}

async function placeMany(fleet: TestFleet, requests: readonly PlacementRequest[]) {
  return Promise.all(requests.map((request, index) => fleet.ask('place', { operation: `op-${index}`, request })));
}

const granted = (answers: readonly unknown[]) => answers.filter((answer) => !(answer instanceof BaleenError));
const codes = (answers: readonly unknown[]) => answers.flatMap((answer) => (answer instanceof BaleenError ? [answer.code] : []));
const many = (count: number, given: Partial<PlacementRequest>) => Array.from({ length: count }, () => placementRequest(given));
const engineOf = (answer: unknown) => (answer as { engine?: string }).engine;

describe('the registrar', () => {
  it('gives one name to one of 64 creates at the same time, and says 409 to the others', async () => {
    const fleet = await fleetOf('a', 'b');
    const answers = await placeMany(fleet, many(64, { name: 'web' }));
    expect(granted(answers)).toHaveLength(1);
    expect(codes(answers)).toEqual(Array.from({ length: 63 }, () => 'placement/name-taken'));
  });

  it('lets exactly as many of 64 creates with one host port through as there are engines', async () => {
    const fleet = await fleetOf('a', 'b', 'c');
    const answers = await placeMany(fleet, many(64, { ports: [{ ip: '', hostPort: 80, protocol: 'tcp' }] }));
    expect(new Set(granted(answers).map(engineOf))).toEqual(new Set(['a', 'b', 'c']));
    expect(granted(answers)).toHaveLength(3);
    const refused = answers.find((answer) => answer instanceof BaleenError) as BaleenError;
    expect(refused.message).toContain('port 80 is already allocated (3 engines)');
  });

  it('never promises more memory than there is', async () => {
    const fleet = await fleetOf('a', 'b');
    const answers = await placeMany(fleet, many(30, { memoryBytes: 300 }));
    expect(granted(answers)).toHaveLength(6);
  });

  it('counts a create once, as reservation first and as container afterwards', async () => {
    const fleet = await fleetOf('a');
    const request = placementRequest({ name: 'big', memoryBytes: 600 });
    await fleet.ask('place', { operation: 'first', request });
    await fleet.container('a', containerOf('c1', 'first', request));
    await fleet.pass(200);
    expect(fleet.reservations()).toEqual([]);
    expect(engineOf(await fleet.ask('place', { operation: 'second', request: placementRequest({ memoryBytes: 400 }) }))).toBe(
      'a',
    );
    expect(codes([await fleet.ask('place', { operation: 'third', request: placementRequest({ memoryBytes: 1 }) })])).toHaveLength(
      1,
    );
  });

  it('answers an operation that is asked again with its grant, also when its container exists already', async () => {
    const fleet = await fleetOf('a', 'b');
    const request = placementRequest({ name: 'web', memoryBytes: 10 });
    const first = await fleet.ask('place', { operation: 'op', request });
    expect(await fleet.ask('place', { operation: 'op', request })).toEqual(first);
    await fleet.container(engineOf(first) ?? '', containerOf('c1', 'op', request));
    expect(await fleet.ask('place', { operation: 'op', request })).toEqual(first);
    await fleet.pass(200);
    expect(fleet.reservations()).toEqual([]);
  });

  it('keeps the new grant of an operation whose container came and went', async () => {
    const fleet = await fleetOf('a');
    const request = placementRequest({ name: 'web' });
    await fleet.ask('place', { operation: 'op', request });
    await fleet.container('a', containerOf('c1', 'op', request));
    await fleet.log.delete(subjects.container('a', 'c1'));
    await fleet.ask('place', { operation: 'op', request });
    await fleet.pass(200);
    expect(fleet.reservations()).toEqual(['op']);
    expect(codes([await fleet.ask('place', { operation: 'other', request })])).toEqual(['placement/name-taken']);
  });

  it('places an operation anew when the engine it got is excluded', async () => {
    const fleet = await fleetOf('a', 'b');
    const request = placementRequest({ name: 'web' });
    const first = engineOf(await fleet.ask('place', { operation: 'op', request })) ?? '';
    const second = engineOf(await fleet.ask('place', { operation: 'op', request, exclude: [first] }));
    expect([first, second].sort()).toEqual(['a', 'b']);
    expect(fleet.reservations()).toEqual(['op']);
  });

  it('gives everything back at a release, and after a minute without renewal', async () => {
    const fleet = await fleetOf('a');
    const request = placementRequest({ name: 'web', memoryBytes: 1_000 });
    await fleet.ask('place', { operation: 'op', request });
    expect(await fleet.ask('release', { operation: 'op', reason: 'refused' })).toEqual({ released: true });
    expect(engineOf(await fleet.ask('place', { operation: 'next', request }))).toBe('a');
    await fleet.pass(reservationTtlMs + 1_000);
    expect(engineOf(await fleet.ask('place', { operation: 'third', request }))).toBe('a');
    await fleet.pass(40_000);
    expect(await fleet.ask('renew', { operation: 'third' })).toEqual({ alive: true });
    await fleet.pass(40_000);
    expect(codes([await fleet.ask('place', { operation: 'fourth', request })])).toEqual(['placement/name-taken']);
  });

  it('takes a grant back that the log did not take', async () => {
    const fleet = await fleetOf('a');
    fleet.fates.set('s1', 'lose-request');
    const request = placementRequest({ name: 'web', memoryBytes: 1_000 });
    const asked = fleet.ask('place', { operation: 'lost', request });
    await fleet.pass(50);
    fleet.fates.delete('s1');
    await fleet.pass(20_000);
    expect(await asked).toBeInstanceOf(BaleenError);
    expect(engineOf(await fleet.ask('place', { operation: 'op', request }))).toBe('a');
  });

  it('knows names of containers made behind its back, and on engines that do not answer', async () => {
    const fleet = await fleetOf('a', 'b');
    await fleet.container('b', containerFacts('c9', { names: ['db', 'web/alias'] }));
    await fleet.engine('b', { state: 'unhealthy', epoch: 2 });
    const taken = await fleet.ask('place', { operation: 'op', request: placementRequest({ name: 'db' }) });
    expect((taken as BaleenError).message).toContain('The name db is already assigned. You have to delete (or rename)');
    expect((taken as BaleenError).message).toContain('already in use by container "c9"');
  });

  it('holds a new name until the container has it', async () => {
    const fleet = await fleetOf('a');
    await fleet.container('a', containerFacts('c1', { names: ['old'] }));
    await fleet.ask('rename', { operation: 'r1', container: 'c1', name: 'new' });
    expect(codes([await fleet.ask('place', { operation: 'op', request: placementRequest({ name: 'new' }) })])).toHaveLength(1);
    await fleet.container('a', containerFacts('c1', { names: ['new'] }));
    await fleet.pass(200);
    expect(fleet.reservations()).toEqual([]);
    expect(engineOf(await fleet.ask('place', { operation: 'op', request: placementRequest({ name: 'old' }) }))).toBe('a');
  });

  it('refuses an update that asks for more than the engine has left, and holds what it grants', async () => {
    const fleet = await fleetOf('a');
    const request = placementRequest({ name: 'web', memoryBytes: 400 });
    await fleet.container('a', containerOf('c1', 'op', request));
    expect(codes([await fleet.ask('resize', { operation: 'u1', container: 'c1', memoryBytes: 1_001 })])).toEqual([
      'placement/no-eligible-engine',
    ]);
    await fleet.ask('resize', { operation: 'u2', container: 'c1', memoryBytes: 900 });
    expect(codes([await fleet.ask('place', { operation: 'x', request: placementRequest({ memoryBytes: 200 }) })])).toHaveLength(
      1,
    );
    await fleet.container('a', containerOf('c1', 'op', { ...request, memoryBytes: 900 }));
    await fleet.pass(200);
    expect(fleet.reservations()).toEqual([]);
    expect(engineOf(await fleet.ask('place', { operation: 'y', request: placementRequest({ memoryBytes: 100 }) }))).toBe('a');
  });

  it('answers an update that is asked again as before, while its write is under way and afterwards', async () => {
    const fleet = await fleetOf('a');
    await fleet.container('a', containerOf('c1', 'op', placementRequest({ name: 'web', memoryBytes: 400 })));
    const update = () => fleet.ask('resize', { operation: 'u', container: 'c1', memoryBytes: 900 });
    const answers = [...(await Promise.all([update(), update()])), await update()];
    expect(answers).toEqual(answers.map(() => ({ operation: 'u', term: expect.any(Number), isQuotaHeld: false })));
    expect(fleet.reservations()).toEqual(['u']);
  });

  it('answers nobody who asks for one operation at the same time before the log has its grant', async () => {
    const fleet = await fleetOf('a');
    await fleet.container('a', containerOf('c1', 'op', placementRequest({ name: 'web', memoryBytes: 100 })));
    fleet.fates.set('s1', 'lose-request');
    const place = () => fleet.ask('place', { operation: 'p', request: placementRequest({ name: 'x' }) });
    const resize = () => fleet.ask('resize', { operation: 'u', container: 'c1', memoryBytes: 200 });
    const asked = Promise.all([place(), place(), resize(), resize()]);
    await fleet.pass(2_000);
    expect(codes(await asked)).toHaveLength(4);
    expect(fleet.reservations()).toEqual([]);
  });

  it('makes one network of two creates of one name, and sends the second create of a volume where the first went', async () => {
    const fleet = await fleetOf('a', 'b', 'c');
    const request = placementRequest({ name: 'x' });
    const networks = await Promise.all(
      ['n1', 'n2'].map((operation) => fleet.ask('place', { operation, kind: 'network', request })),
    );
    expect([granted(networks).length, codes(networks)]).toEqual([1, ['request/conflict']]);
    const volumes = await Promise.all(
      ['v1', 'v2', 'v3'].map((operation) => fleet.ask('place', { operation, kind: 'volume', request })),
    );
    expect(new Set(volumes.map(engineOf)).size).toBe(1);
  });

  it('lets a network for a node have a name that others have, but no second one there', async () => {
    const fleet = await fleetOf('a', 'b');
    const place = (operation: string, node: string) => {
      const request = placementRequest({ name: 'x', constraints: [`node==node-${node}`] });
      return fleet.ask('place', { operation, kind: 'network', request, isPinned: true });
    };
    const plain = await fleet.ask('place', { operation: 'plain', kind: 'network', request: placementRequest({ name: 'x' }) });
    const other = engineOf(plain) === 'a' ? 'b' : 'a';
    const answers = await Promise.all([place('n1', engineOf(plain) ?? ''), place('n2', other), place('n3', other)]);
    expect(answers.map(engineOf)).toEqual([undefined, other, undefined]);
    expect(codes(answers)).toEqual(['request/conflict', 'request/conflict']);
  });

  it('sends a container to where another that is just being made brings their volume into being', async () => {
    const fleet = await fleetOf('a', 'b', 'c');
    const answers = await placeMany(fleet, many(6, { volumes: ['data'] }));
    expect(granted(answers)).toHaveLength(6);
    expect(new Set(answers.map(engineOf)).size).toBe(1);
  });

  it('leaves a decision of every placement, refused ones and conflicts too', async () => {
    const fleet = await fleetOf('a');
    await fleet.ask('place', { operation: 'good', request: placementRequest({ name: 'web' }) });
    await fleet.ask('place', { operation: 'taken', request: placementRequest({ name: 'web' }) });
    await fleet.ask('place', { operation: 'nowhere', request: placementRequest({ constraints: ['node==mars'] }) });
    const decisions = fleet.logModel
      .since(['decision.*'], 0)
      .map((entry) => ({ subject: entry.subject, ...JSON.parse(Buffer.from(entry.payload ?? []).toString()) }));
    expect(decisions.map(({ subject, operation, chosen }) => [subject, operation, chosen])).toEqual([
      ['decision.good', 'good', 'a'],
      ['decision.taken', 'taken', undefined],
      // A refused create is found by the name it wanted.
      ['decision.web', 'taken', undefined],
      ['decision.nowhere', 'nowhere', undefined],
    ]);
    expect(decisions[3].candidates[0].refusedBy).toBe('constraint');
  });

  it('explains without reserving, the name included', async () => {
    const fleet = await fleetOf('a');
    await fleet.container('a', containerFacts('c1', { names: ['web'] }));
    const fine = await fleet.ask('explain', { request: placementRequest({ name: 'free' }) });
    const taken = await fleet.ask('explain', { request: placementRequest({ name: 'web' }) });
    expect([fine, taken]).toMatchObject([{ chosen: 'a' }, { failure: expect.stringContaining('already assigned') }]);
    expect(fleet.reservations()).toEqual([]);
  });
});
