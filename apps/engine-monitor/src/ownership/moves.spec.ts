import { describe, expect, it } from 'vitest';
import { subjects } from '#contracts';
import { joinsSettleMs, Moves, movesInFlightMax } from './moves.ts';
import { OwnershipView } from './ownership-view.ts';

function viewOf(...engines: string[]): OwnershipView {
  const view = new OwnershipView(() => 0);
  for (const key of engines) put(view, subjects.member(key), { key, address: `${key}:2375`, source: 'nodes' });
  return view;
}

let sequence = 0;
function put(view: OwnershipView, subject: string, record: object): void {
  view.apply({ subject, sequence: ++sequence, payload: Buffer.from(JSON.stringify(record)) });
}

describe('moves to monitors that join', () => {
  it('wait until nobody has joined for a moment', () => {
    const moves = new Moves('m1');
    const view = viewOf();
    expect(moves.allowed(view, 0)).toBe(movesInFlightMax);
    moves.joined(0);
    moves.joined(700);
    expect([moves.allowed(view, 700), moves.allowed(view, 700 + joinsSettleMs - 1)]).toEqual([0, 0]);
    expect(moves.allowed(view, 700 + joinsSettleMs)).toBe(movesInFlightMax);
  });

  it('do not wait for ever for one that joins again and again', () => {
    const moves = new Moves('m1');
    for (let nowMs = 0; nowMs < 5_000; nowMs += 500) moves.joined(nowMs);
    expect(moves.settlesInMs(4_900)).toBe(100);
    expect(moves.allowed(viewOf(), 5_000)).toBe(movesInFlightMax);
  });

  it('stand still while as many engines as may are without an owner, and go on as they are taken', () => {
    const engines = Array.from({ length: movesInFlightMax }, (_, index) => `e${index}`);
    const moves = new Moves('m1');
    const view = viewOf(...engines);
    for (const engine of engines) {
      put(view, subjects.lease(`engine.${engine}`), { holder: 'm1' });
      moves.begun(engine);
    }
    expect(moves.allowed(view, 0)).toBe(0);
    put(view, subjects.lease('engine.e0'), { holder: 'm2' });
    expect(moves.allowed(view, 0)).toBe(1);
    moves.undone('e1');
    view.apply({ subject: subjects.member('e2'), sequence: ++sequence, payload: undefined });
    expect(moves.allowed(view, 0)).toBe(3);
  });
});
