import { describe, expect, it } from 'vitest';
import { type ContainerFacts, labels, type ReplacementRecord } from '#contracts';
import { containerFacts } from '../fleet/fleet.builders.ts';
import { lateCreateMs, type PlanEngine, planRescheduling } from './rescheduling-plan.ts';

const nowMs = 1_000_000;

function movable(given: Partial<ContainerFacts> = {}, policy = 'on-node-failure'): ContainerFacts {
  return containerFacts('c1', { labels: { [labels.reschedulePolicies]: JSON.stringify([policy]) }, ...given });
}

function plan(engine: Partial<PlanEngine>, replacement?: Partial<ReplacementRecord>, exists = false, problem?: string) {
  const usual: PlanEngine = {
    key: 'a',
    state: 'unhealthy',
    availability: 'active',
    movable: [movable()],
    isLocalVolume: () => true,
  };
  const record: ReplacementRecord = {
    container: 'c1',
    engine: 'a',
    name: 'web',
    operation: 'reschedule-c1',
    state: 'started',
    successor: '',
    successorEngine: '',
    cause: 'node-failure',
    atMs: nowMs,
    ...replacement,
  };
  const fleet = {
    engines: [{ ...usual, ...engine }],
    replacement: () => (replacement === undefined ? undefined : record),
    exists: () => exists,
    problemOf: () => problem,
  };
  return planRescheduling(fleet, nowMs).map(({ type }) => type);
}

describe('the rescheduling plan', () => {
  it('replaces what a failed engine held, and what a drained one holds, and nothing else', () => {
    expect(plan({})).toEqual(['replace']);
    expect(plan({ state: 'healthy', availability: 'drain' })).toEqual(['replace']);
    expect(plan({ state: 'healthy' })).toEqual([]);
    expect(plan({ state: 'healthy', availability: 'pause' })).toEqual([]);
    expect(plan({ state: 'pending' })).toEqual([]);
    expect(plan({ state: 'disconnected' })).toEqual([]);
  });

  it('moves a container with named local volumes only when its policy says so', () => {
    const mounts = [{ type: 'volume', name: 'data', source: '', destination: '/data' }];
    expect(plan({ movable: [movable({ mounts })] })).toEqual(['stay']);
    expect(plan({ movable: [movable({ mounts }, 'on-node-failure-stateful')] })).toEqual(['replace']);
    expect(plan({ movable: [movable({ mounts })], isLocalVolume: () => false })).toEqual(['replace']);
    const anonymous = [{ type: 'volume', name: 'a'.repeat(64), source: '', destination: '/data' }];
    expect(plan({ movable: [movable({ mounts: anonymous })] })).toEqual(['replace']);
  });

  it('leaves what no gateway ordered where it is, also when its replacing was begun', () => {
    expect(plan({}, undefined, false, 'not sealed')).toEqual(['stay']);
    expect(plan({}, { state: 'started' }, false, 'not sealed')).toEqual(['stay']);
    expect(plan({ state: 'healthy' }, { state: 'done' }, false, 'not sealed')).toEqual(['retire']);
  });

  it('finishes what was begun, also when the engine has come back meanwhile', () => {
    expect(plan({}, { state: 'started' })).toEqual(['replace']);
    expect(plan({ state: 'healthy' }, { state: 'started' }, true)).toEqual(['replace']);
  });

  it('gives up what was begun when the engine is back and no create can arrive any more', () => {
    expect(plan({ state: 'healthy' }, { state: 'started' })).toEqual([]);
    expect(plan({ state: 'healthy' }, { state: 'started', atMs: nowMs - lateCreateMs - 1 })).toEqual(['abandon']);
  });

  it('puts the old copy aside when its engine is back, once', () => {
    expect(plan({}, { state: 'done' })).toEqual([]);
    expect(plan({ state: 'healthy' }, { state: 'done' })).toEqual(['retire']);
    expect(plan({ state: 'healthy' }, { state: 'retired' })).toEqual([]);
    expect(plan({}, { state: 'retired' })).toEqual([]);
  });
});
