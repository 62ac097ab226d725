import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { InspectionBudget } from './inspection-budget.ts';

it('lets a small fleet be inspected whole, and gives no engine of a large one the share of the others', () => {
  const clock = new ManualClock();
  const budget = (engines: number) => new InspectionBudget({ clock, engines: () => engines });
  expect(budget(10).take(100, undefined)).toBe(100);
  expect(budget(100).take(100, undefined)).toBe(10);
});

it('leaves for later what few inspections would tell of an engine that is met', () => {
  const budget = new InspectionBudget({ clock: new ManualClock(), engines: () => 1_000 });
  expect([budget.take(100, undefined), budget.take(10, undefined), budget.take(100, 0)]).toEqual([0, 1, 1]);
});

it('gives an engine that is read seldom as much as came together meanwhile', () => {
  const budget = new InspectionBudget({ clock: new ManualClock(), engines: () => 1_000 });
  expect([budget.take(100, 600_000), budget.take(2, 600_000), budget.take(5_000, 3_600_000_000)]).toEqual([4, 2, 994]);
});

it('fills up with time, and no further than at first', () => {
  const clock = new ManualClock();
  const budget = new InspectionBudget({ clock, engines: () => 1 });
  expect([budget.take(1_500, 0), budget.take(1, 0)]).toEqual([1_000, 0]);
  clock.advance(4_000);
  expect([budget.take(15, 0), budget.take(15, 0)]).toEqual([15, 5]);
  clock.advance(3_600_000);
  expect(budget.take(5_000, 0)).toBe(1_000);
});
