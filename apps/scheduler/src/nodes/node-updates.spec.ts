import { describe, expect, it } from 'vitest';
import type { SchedulerCall } from '#cluster-bus';
import { TestFleet } from '../scheduler.builders.ts';

const drained = (operation: string | undefined, version: number): SchedulerCall<'update-node'> => ({
  ...(operation !== undefined && { operation }),
  key: 'a',
  version,
  availability: 'drain',
  labels: {},
});

async function fleetWithNode(): Promise<TestFleet> {
  const fleet = new TestFleet();
  await fleet.engine('a');
  await fleet.scheduler('s1');
  return fleet;
}

describe('updates of a node', () => {
  it('count its versions, and refuse one that is not the current', async () => {
    const fleet = await fleetWithNode();
    expect(await fleet.ask('update-node', drained('first', 0))).toMatchObject({ availability: 'drain', version: 1 });
    expect(await fleet.ask('update-node', drained('second', 0))).toMatchObject({ code: 'request/invalid' });
    expect(await fleet.ask('update-node', drained('third', 1))).toMatchObject({ version: 2 });
    expect(await fleet.ask('update-node', drained('of any version', -1))).toMatchObject({ version: 3 });
  });

  it('answer one that is asked again as before, while its write is under way, afterwards, and under another leader', async () => {
    const fleet = await fleetWithNode();
    const update = () => fleet.ask('update-node', drained('once', 0));
    const [first, ...others] = [...(await Promise.all([update(), update()])), await update()];
    expect(first).toMatchObject({ version: 1, operation: 'once' });
    expect(others).toEqual([first, first]);
    const next = await fleetWithNode();
    await next.node(first as Parameters<typeof next.node>[0]);
    expect(await next.ask('update-node', drained('once', 0))).toEqual(first);
  });

  it('of a gateway that names no operation are refused when they come again', async () => {
    const fleet = await fleetWithNode();
    expect(await fleet.ask('update-node', drained(undefined, 0))).toMatchObject({ version: 1 });
    expect(await fleet.ask('update-node', drained(undefined, 0))).toMatchObject({ code: 'request/invalid' });
  });
});
