import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../manual-clock.ts';
import { containerInspect } from '../render/container-inspect.ts';
import { containerSummary } from '../render/container-summary.ts';
import { seededEngine } from './seeded-engine.ts';

const engine = (seed: number, number: number) =>
  seededEngine({ seed, number, containers: 100, images: 20 }, new ManualClock(), () => {});
const bodies = (seed: number, number: number) => {
  const state = engine(seed, number);
  return [...state.containers.all].map((container) =>
    JSON.stringify(containerSummary(container, { nowMs: state.clock.nowMs(), withSize: false })),
  );
};

describe('a seeded engine', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(bodies(7, 3)).toEqual(bodies(7, 3));
    expect(bodies(7, 3)).not.toEqual(bodies(8, 3));
  });

  it('shares no id and no name with another engine', () => {
    const names = [0, 1].flatMap((number) => [...engine(7, number).containers.all].flatMap(({ id, name }) => [id, name]));
    expect(new Set(names).size).toBe(names.length);
  });

  it('has summaries and inspections of the size that daemons’ have', () => {
    const [container] = [...engine(7, 0).containers.all];
    if (container === undefined) throw new Error('it has no containers');
    const summary = JSON.stringify(containerSummary(container, { nowMs: Date.now(), withSize: false }));
    expect(summary.length).toBeGreaterThan(1_300);
    expect(summary.length).toBeLessThan(2_200);
    expect(JSON.stringify(containerInspect(container)).length).toBeGreaterThan(6_000);
  });
});
