import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { serveEngine } from '#cluster-bus';
import { KeysInLog } from '#cluster-log';
import { type ContainerFacts, labels } from '#contracts';
import { packRequest, readSealedRequest, sealRequest } from '#docker-api';
import { containerFacts, engineIdentity } from '../fleet/fleet.builders.ts';
import { steadyRandomness, TestFleet } from '../scheduler.builders.ts';

const id = 'c'.repeat(64);
const original = {
  name: 'web',
  platform: '',
  apiVersion: '1.51',
  body: { Image: 'busybox', Env: ['reschedule:on-node-failure'] },
};
const privileged = { ...original, body: { Image: 'busybox', HostConfig: { Privileged: true, Binds: ['/:/host'] } } };

/** Two engines under one scheduler; what is created on b is kept. */
async function twoEngines() {
  const fleet = new TestFleet();
  await fleet.scheduler('s1');
  for (const key of ['a', 'b']) await fleet.engine(key, { identity: engineIdentity(key) });
  const created: string[] = [];
  const answer = (status: number) => ({ status, headers: {}, body: '' });
  await serveEngine(fleet.bus, 'b', {
    create: async ({ body }) => {
      created.push(body);
      return { answer: answer(201), container: 'd'.repeat(64), sequence: 1 };
    },
    call: async () => ({ answer: answer(204), sequence: 1 }),
  });
  const keys = await new KeysInLog(fleet.log, steadyRandomness).ring();
  return { fleet, created, keys };
}

type Fleet = Awaited<ReturnType<typeof twoEngines>>;

function movable(request: string, given: Partial<ContainerFacts> = {}): ContainerFacts {
  const own = {
    [labels.operation]: 'op-1',
    [labels.reschedulePolicies]: '["on-node-failure"]',
    [labels.originalRequest]: request,
  };
  return containerFacts(id, { names: ['web'], state: 'running', labels: own, ...given });
}

async function lose({ fleet }: Fleet, containers: readonly ContainerFacts[]): Promise<void> {
  for (const facts of containers) await fleet.container('a', facts);
  await fleet.engine('a', { identity: engineIdentity('a'), state: 'unhealthy' });
  await fleet.pass(3_000);
}

describe('a container on an engine that failed', () => {
  it('is made again from what a gateway sealed for it, and the new one bears a seal of its own', async () => {
    const stage = await twoEngines();
    await lose(stage, [movable(sealRequest(packRequest(original), 'op-1', stage.keys[0]))]);
    expect(stage.created).toHaveLength(1);
    const { Labels } = JSON.parse(stage.created[0] ?? '{}');
    const operation = `reschedule-${id}`;
    expect(Labels[labels.operation]).toBe(operation);
    expect(readSealedRequest(Labels[labels.originalRequest], operation, stage.keys)).toMatchObject({
      request: { name: 'web', body: original.body },
    });
  });

  it('is made nowhere from a request that its engine or its image wrote', async () => {
    const stage = await twoEngines();
    const unsealed = gzipSync(JSON.stringify(privileged)).toString('base64');
    await lose(stage, [movable(unsealed)]);
    expect(stage.created).toEqual([]);
    expect(stage.fleet.decisions()[0]?.failure).toContain('has no seal');
  });

  it('is made once, however many containers its engine says are of that create', async () => {
    const stage = await twoEngines();
    const sealed = sealRequest(packRequest(original), 'op-1', stage.keys[0]);
    const copy = { ...movable(sealed, { names: ['copy'] }), id: 'e'.repeat(64) };
    await lose(stage, [movable(sealed), copy]);
    expect(stage.created).toHaveLength(1);
  });
});
