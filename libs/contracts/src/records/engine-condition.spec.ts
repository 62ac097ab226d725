import { describe, expect, it } from 'vitest';
import { engineIdentity, engineRecord } from '#testing';
import { conditionOf, isSettled, shownState } from './engine-condition.ts';
import { EngineRecord } from './engine-record.ts';

const behindAgent = { address: 'nats://a1', owner: undefined, unownedSinceMs: undefined };

describe('the condition of an engine', () => {
  it.each(['healthy', 'unhealthy', 'pending'] as const)(
    'is disconnected behind an agent that holds no lease, also when it was %s',
    (state) => {
      const condition = conditionOf({ ...behindAgent, record: engineRecord('k', { state, updatedAtMs: 5_000 }) });
      expect(condition).toMatchObject({
        state: 'disconnected',
        sinceMs: 5_000,
        reason: expect.stringContaining('1970-01-01T00:00:05Z'),
      });
    },
  );

  it('dates the cut by the end of the lease where that was seen, and knows no date of an agent never heard of', () => {
    expect(conditionOf({ ...behindAgent, record: engineRecord('k'), unownedSinceMs: 9_000 }).sinceMs).toBe(9_000);
    expect(conditionOf({ ...behindAgent, record: undefined })).toMatchObject({
      reason: 'its agent is not connected',
      sinceMs: undefined,
    });
  });

  it('is the owner’s word while the agent holds the lease, and always for an engine with an address', () => {
    const record = engineRecord('k', { state: 'unhealthy', reason: 'gone', sinceMs: 3, nextRetryAtMs: 4 });
    const said = { state: 'unhealthy', reason: 'gone', sinceMs: 3, nextRetryAtMs: 4 };
    expect(conditionOf({ ...behindAgent, owner: 'agent-1', record })).toEqual(said);
    expect(conditionOf({ ...behindAgent, address: '10.0.0.1:2375', record })).toEqual(said);
    expect(conditionOf({ ...behindAgent, address: '10.0.0.1:2375', record: undefined }).state).toBe('pending');
  });

  it('is pending below the floor, with the reason, while it would be healthy', () => {
    const told = (apiVersion: string, state: 'healthy' | 'unhealthy', apiFloor?: string) => {
      const record = engineRecord('k', { state, identity: engineIdentity('node-1', { apiVersion }) });
      const address = '10.0.0.1:2375';
      return conditionOf({ ...behindAgent, address, record, ...(apiFloor !== undefined && { apiFloor }) });
    };
    expect(told('1.41', 'healthy', '1.44')).toMatchObject({
      state: 'pending',
      reason: expect.stringMatching(/^its API 1\.41 is older than the 1\.44 /),
    });
    expect(
      [told('1.44', 'healthy', '1.44'), told('1.9', 'healthy', ''), told('1.9', 'healthy')].map(({ state }) => state),
    ).toEqual(['healthy', 'healthy', 'healthy']);
    expect(told('1.41', 'unhealthy', '1.44').state).toBe('unhealthy');
  });

  it('shows drained for a healthy engine only', () => {
    expect([shownState('healthy', 'drain'), shownState('unhealthy', 'drain'), shownState('healthy', 'pause')]).toEqual([
      'drained',
      'unhealthy',
      'healthy',
    ]);
  });
});

it('a record of an older version is read, and one in conflict is settled', () => {
  const { flapsAtMs: _, ...older } = engineRecord('k', { inventoryComplete: false });
  const read = EngineRecord.parse(older);
  const sight = { address: 'k:2375', owner: 'm', unownedSinceMs: undefined };
  expect([read.flapsAtMs, isSettled({ ...sight, record: read })]).toEqual([[], false]);
  const conflict = { daemonId: 'x', key: 'o', address: 'o:1' };
  expect(isSettled({ ...sight, record: { ...read, conflict } })).toBe(true);
  expect(isSettled({ ...behindAgent, record: read })).toBe(true);
  expect(isSettled({ ...behindAgent, record: undefined })).toBe(false);
});
