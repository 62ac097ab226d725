import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { OwnChanges } from './own-changes.ts';

let clock: ManualClock;
let changes: OwnChanges;

beforeEach(() => {
  clock = new ManualClock();
  changes = new OwnChanges(clock);
});

const started = { type: 'container', action: 'start', id: 'c1', attributes: {} };
const connected = { type: 'network', action: 'connect', id: 'n1', attributes: { container: 'c1' } };
const read = Promise.resolve(true);

describe('events of a start of our own', () => {
  it('are brought by the reading after it, up to the one that ends it', async () => {
    const change = changes.begin('start c1');
    const early = changes.broughtBy(connected);
    change.answered(read);
    expect([await early, await changes.broughtBy(connected), await changes.broughtBy(started)]).toEqual([true, true, true]);
    expect([changes.broughtBy(started), changes.broughtBy(connected)]).toEqual([undefined, undefined]);
  });

  it('that all came before the answer leave nothing behind', async () => {
    const change = changes.begin('start c1');
    const early = changes.broughtBy(started);
    change.answered(read);
    expect(await early).toBe(true);
    expect(changes.broughtBy(started)).toBeUndefined();
  });

  it('are anybody’s when the start failed, those that came before too', async () => {
    const change = changes.begin('start c1');
    const early = changes.broughtBy(connected);
    change.answered(Promise.resolve(false));
    expect(await early).toBe(false);
    expect(changes.broughtBy(started)).toBeUndefined();
  });

  it('are anybody’s when they come seconds later', () => {
    changes.begin('start c1').answered(read);
    clock.advance(5_000);
    expect(changes.broughtBy(started)).toBeUndefined();
  });
});

it('knows the create of an operation by its label, and no other events', async () => {
  const created = { type: 'container', action: 'create', id: 'c2', attributes: { 'io.baleen.operation': 'op' } };
  changes.begin('create op').answered(read);
  expect(changes.broughtBy({ ...created, attributes: {} })).toBeUndefined();
  expect(changes.broughtBy({ ...created, action: 'die' })).toBeUndefined();
  expect(await changes.broughtBy(created)).toBe(true);
});
