import { beforeEach, describe, expect, it } from 'vitest';
import type { ReservationRecord } from '#contracts';
import { placementRequest } from './fleet.builders.ts';
import { ReservationHolds } from './reservation-holds.ts';

const grant = (term: number, engine: string): ReservationRecord => ({
  operation: 'op',
  kind: 'create',
  engine,
  term,
  name: 'db',
  container: '',
  request: placementRequest(),
  devices: [],
  published: [],
  moves: [],
  grantedAtMs: term,
});

let counted: string[];
let holds: ReservationHolds;
beforeEach(() => {
  counted = [];
  holds = new ReservationHolds(({ engine }) => {
    counted.push(engine);
    return () => {
      counted = counted.filter((other) => other !== engine);
    };
  });
});

describe('a leader that was deposed while its grant was on its way to the log', () => {
  it('counts what the next leader granted for the same operation, once its own grant is refused', () => {
    holds.hold(grant(1, 'a'));
    holds.recorded(grant(2, 'b'), 10, false);
    holds.refused('op');
    expect([counted, holds.get('op')?.record.engine, holds.get('op')?.sequence]).toEqual([['b'], 'b', 10]);
  });

  it('counts nothing when that was deleted meanwhile', () => {
    holds.hold(grant(1, 'a'));
    holds.recorded(grant(2, 'b'), 10, false);
    holds.erased('op', 11);
    holds.refused('op');
    expect([counted, holds.get('op')]).toEqual([[], undefined]);
  });

  it.each([
    [9, 'b'],
    [11, 'a'],
  ])('counts the later of both when its own has reached the log at %i, the other at 10', (sequence, engine) => {
    holds.hold(grant(1, 'a'));
    holds.recorded(grant(2, 'b'), 10, false);
    holds.acknowledge('op', sequence);
    expect(counted).toEqual([engine]);
  });
});

it('knows its own grant in the log before the acknowledgement comes', () => {
  holds.hold(grant(1, 'a'));
  holds.recorded(grant(1, 'a'), 10, false);
  holds.acknowledge('op', 10);
  expect([counted, holds.get('op')?.sequence]).toEqual([['a'], 10]);
});
