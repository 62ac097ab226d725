import { beforeEach, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { AheadEvents } from './ahead-events.ts';

let clock: ManualClock;
let ahead: AheadEvents;
let isOver: boolean;
beforeEach(() => {
  clock = new ManualClock();
  ahead = new AheadEvents(clock);
  isOver = false;
});

const wait = async () => {
  void ahead.inLog().then(() => (isOver = true));
  await clock.advanceSettling(1);
};
const settled = async (engine: string, serial: number) => {
  ahead.settled(engine, [serial]);
  await clock.advanceSettling(1);
};

it('waits for all that was heard before, not for what comes meanwhile', async () => {
  ahead.heard('e1', 1, true);
  ahead.heard('e1', 2, true);
  ahead.heard('e2', 7, false);
  await wait();
  ahead.heard('e1', 3, true);
  await settled('e1', 2);
  await settled('e2', 7);
  expect(isOver).toBe(false);
  await settled('e1', 1);
  expect(isOver).toBe(true);
});

it('waits for nothing where nothing is out', async () => {
  ahead.heard('e1', 1, true);
  ahead.settled('e1', [1]);
  await wait();
  expect(isOver).toBe(true);
});

it('waits half a second for an event from when it was heard, half of that for the next of an engine that took longer, until it settles one', async () => {
  const waitedMs = async (serial: number) => {
    ahead.heard('e1', serial, true);
    isOver = false;
    void ahead.inLog().then(() => (isOver = true));
    for (let ms = 0; ; ms += 1) {
      if (isOver) return ms;
      await clock.advanceSettling(1);
    }
  };
  const waits = [await waitedMs(1), await waitedMs(2), await waitedMs(3)];
  expect(waits).toEqual([500, 250, 125]);
  expect(ahead.isUntold).toBe(true);
  ahead.settled('e1', [1]);
  expect(await waitedMs(4)).toBe(500);
});

it('goes by the latest event of a number where another owner counts anew', async () => {
  ahead.heard('e1', 1, true);
  await clock.advanceSettling(400);
  ahead.heard('e1', 1, true);
  await clock.advanceSettling(200);
  await wait();
  expect(isOver).toBe(false);
  await settled('e1', 1);
  expect(isOver).toBe(true);
});

it('knows whether clients were told of what is out', () => {
  ahead.heard('e1', 1, false);
  expect(ahead.isUntold).toBe(true);
  ahead.heard('e1', 2, true);
  expect(ahead.isUntold).toBe(false);
  expect(ahead.settled('e1', [1])).toBe(false);
  expect(ahead.isUntold).toBe(false);
  expect([ahead.settled('e1', [2, 3]), ahead.isUntold, ahead.settled('e1', [2])]).toEqual([true, true, false]);
});
