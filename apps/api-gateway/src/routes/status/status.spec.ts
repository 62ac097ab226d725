import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FleetStatus, subjects } from '#contracts';
import { policyFile } from '../../access/policy.builders.ts';
import { idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
beforeEach(async () => {
  fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0' });
});
afterEach(() => fleet.close());

const status = async () => FleetStatus.parse((await fleet.ask('GET', '/baleen/status')).json());

describe('the status of the fleet', () => {
  it('counts engines by state, containers and who watches', async () => {
    const key = await fleet.node('node-1');
    await fleet.node('node-2', { state: 'unhealthy', reason: 'connection refused' });
    await fleet.container(key, idOf('a1'), 'web');
    await fleet.put(subjects.lease(`engine.${key}`), { holder: 'monitor-7', term: 1 });
    await expect.poll(async () => (await status()).monitors).toContainEqual({ name: 'monitor-7', engines: 1 });
    expect(await status()).toMatchObject({
      cluster: 'default',
      engines: { healthy: 1, unhealthy: 1 },
      unwatched: 0,
      containers: { total: 1, running: 1 },
      log: { writeMs: expect.any(Number) },
    });
  });

  it('names the leading scheduler, and nobody while none leads', async () => {
    await fleet.node('node-1');
    expect((await status()).leader).toBeUndefined();
    await fleet.put(subjects.lease('scheduler'), { holder: 'scheduler-3', term: 1 });
    expect((await status()).leader).toBe('scheduler-3');
  });
});

it('the status tells of a policy file that was broken, while the one before is in force', async () => {
  const path = policyFile();
  const guarded = await TestFleet.open({ policy: path });
  await guarded.node('node-1');
  const failure = async () => FleetStatus.parse((await guarded.askAs('root', 'GET', '/baleen/status')).json()).policyFailure;
  expect(await failure()).toBeUndefined();
  writeFileSync(path, '{"identities": ');
  guarded.clock.leap(3_000);
  expect(await failure()).toEqual({ file: path, failure: expect.stringContaining('line 1') });
  await guarded.close();
});

describe('readiness', () => {
  it('waits for the engines, and health does not', async () => {
    const unready = JSON.parse(await fleet.askAdmin('/readyz')) as object;
    expect(unready).toMatchObject({ status: 'not ready', reason: expect.stringContaining('not every engine has reported') });
    expect(JSON.parse(await fleet.askAdmin('/healthz'))).toEqual({ status: 'ok' });
    await fleet.node('node-1');
    await expect.poll(() => fleet.askAdmin('/readyz')).toContain('"ready"');
  });
});
