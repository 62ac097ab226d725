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

it('waits half a second for each event from when it was heard, whatever became of those before', async () => {
  ahead.heard('e1', 1, true);
  await wait();
  await clock.advanceSettling(498);
  expect(isOver).toBe(false);
  await clock.advanceSettling(2);
  expect([isOver, ahead.isUntold]).toEqual([true, true]);
  ahead.heard('e1', 2, true);
  isOver = false;
  await wait();
  expect([isOver, ahead.isUntold]).toEqual([false, false]);
  await settled('e1', 2);
  expect(isOver).toBe(true);
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
