import { expect, it } from 'vitest';
import { type BaleenError, encodeObject, formerIdsLabel, type NetworkFacts, subjects, type VolumeFacts } from '#contracts';
import { containerFacts, placementRequest } from '../fleet/fleet.builders.ts';
import { TestFleet } from '../scheduler.builders.ts';

const id = 'ab'.repeat(32);
const moves = { except: [] };
const brought = { kind: 'network', id, name: 'net', from: 'a' };

async function network(fleet: TestFleet, key: string, given: Partial<NetworkFacts> = {}): Promise<void> {
  const facts = { id, name: 'net', driver: 'bridge', scope: 'local', labels: {}, createdAtMs: 1, ...given };
  await fleet.log.append(subjects.network(key, facts.id), encodeObject({ epoch: 1, facts, summary: Buffer.from('{}') }));
  await fleet.pass();
}

async function volume(fleet: TestFleet, key: string, name: string): Promise<void> {
  const facts: VolumeFacts = { name, driver: 'local', scope: 'local', labels: {}, createdAtMs: 1 };
  await fleet.log.append(subjects.volume(key, name), encodeObject({ epoch: 1, facts, summary: Buffer.from('{}') }));
  await fleet.pass();
}

async function open(): Promise<TestFleet> {
  const fleet = new TestFleet();
  for (const key of ['a', 'b']) await fleet.engine(key);
  await fleet.scheduler('s1');
  await network(fleet, 'a');
  await volume(fleet, 'b', 'data');
  return fleet;
}

const onB = placementRequest({ networks: ['net'], volumes: ['data'] });

it('has what a grant brings live on the engine of the grant, for whoever asks next', async () => {
  const fleet = await open();
  expect(await fleet.ask('place', { operation: 'one', request: onB, moves })).toMatchObject({ engine: 'b', moves: [brought] });
  expect(await fleet.ask('place', { operation: 'one', request: onB, moves })).toMatchObject({ engine: 'b', moves: [brought] });
  const asked = (operation: string, reference: string) =>
    fleet.ask('place', { operation, request: placementRequest({ networks: [reference] }), moves });
  expect(await asked('two', 'net')).toMatchObject({ engine: 'b', moves: [] });
  expect(await asked('three', id.slice(0, 12))).toMatchObject({ engine: 'b', moves: [] });
});

it('has it live where it was once the grant is given back', async () => {
  const fleet = await open();
  await fleet.ask('place', { operation: 'one', request: onB, moves });
  await fleet.ask('release', { operation: 'one', reason: 'it stays' });
  const request = placementRequest({ networks: ['net'], constraints: ['node==node-b'] });
  expect(((await fleet.ask('place', { operation: 'two', request })) as BaleenError).message).toContain(
    'network net lives on node-a',
  );
});

it('brings nothing for a gateway that does not say it can', async () => {
  const fleet = await open();
  const refusal = (await fleet.ask('place', { operation: 'one', request: onB })) as BaleenError;
  expect(refusal.message).toContain('lives on');
});

it('brings a network once that a create names by its ID and by its name', async () => {
  const fleet = await open();
  const request = placementRequest({ networks: [id, 'net'], volumes: ['data'] });
  expect(await fleet.ask('place', { operation: 'one', request, moves })).toMatchObject({ engine: 'b', moves: [brought] });
});

it('explains a create with what it would bring', async () => {
  const fleet = await open();
  expect(await fleet.ask('explain', { request: onB })).toMatchObject({ chosen: 'b' });
});

it('takes an image that is elsewhere for no reason to run on another volume', async () => {
  const fleet = await open();
  const request = placementRequest({ volumes: ['data'] });
  const refusal = (await fleet.ask('place', { operation: 'one', request, only: ['a'] })) as BaleenError;
  expect(refusal.message).toContain('volume data lives on node-b');
});

it('holds a network for the engine of a container that joins it, until it is there', async () => {
  const fleet = await open();
  const move = { operation: 'join', engine: 'b', networks: [id] };
  expect(await fleet.ask('move', move)).toMatchObject({ operation: 'join', moves: [brought] });
  expect(await fleet.ask('move', move)).toMatchObject({ operation: 'join', moves: [brought] });
  expect(fleet.reservations()).toEqual(['join']);
  await network(fleet, 'b', { id: 'cd'.repeat(32), labels: { [formerIdsLabel]: id } });
  await fleet.log.delete(subjects.network('a', id));
  await fleet.pass(200);
  expect(fleet.reservations()).toEqual([]);
  expect(await fleet.ask('move', { ...move, operation: 'again' })).toMatchObject({ moves: [] });
});

it('does not hold a network that a container uses', async () => {
  const fleet = await open();
  await fleet.container('a', containerFacts('c1', { networks: { net: id } }));
  expect(await fleet.ask('move', { operation: 'join', engine: 'b', networks: ['net'] })).toMatchObject({ moves: [] });
  expect(fleet.reservations()).toEqual([]);
});
