import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FleetStatus, subjects } from '#contracts';
import { TestCa } from '#testing';
import { TestFleet } from '../../gateway.builders.ts';

let folder: string;
let certificate: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'baleen-metrics-'));
  certificate = (await (await TestCa.create(folder)).issue('client', 'DNS:client')).cert;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let fleet: TestFleet;
let key: string;
beforeEach(async () => {
  const odd = join(folder, 'odd.pem');
  writeFileSync(odd, 'no certificate');
  fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0', engineTlsCertFile: certificate, engineTlsCaFile: odd });
  key = await fleet.node('node-1');
});
afterEach(() => fleet.close());

const sample = async (name: string) => {
  const text = await fleet.askAdmin('/metrics');
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );
};

describe('metrics of the links', () => {
  it('tell how far the view has read and how far it is behind', async () => {
    expect(await sample('baleen_log_lag_seconds')).toBeLessThan(1);
    const before = await sample('baleen_log_sequence');
    await fleet.put(subjects.lease('scheduler'), { holder: 'scheduler-1' });
    expect(await sample('baleen_log_sequence')).toBeGreaterThan(before);
  });

  it('tell how late events come, by the clock of their engine; one of the past is none', async () => {
    await fleet.ask('GET', '/info');
    const event = (id: string, more: object) => ({ Type: 'container', Action: 'start', Actor: { ID: id }, ...more });
    const timeNano = (Date.now() - 400) * 1_000_000;
    fleet.bus.publish(subjects.event(key), Buffer.from(JSON.stringify(event('a', { timeNano }))));
    fleet.bus.publish(subjects.event(key), Buffer.from(JSON.stringify(event('b', { timeNano: 5, baleenLateMs: 60_000 }))));
    await expect.poll(() => sample('baleen_event_lag_seconds_count')).toBe(1);
    expect(await sample('baleen_event_lag_seconds_sum')).toBeGreaterThanOrEqual(0.4);
  });

  it('tell of tunnels, which are none here', async () => {
    expect([await sample('baleen_tunnels'), await sample('baleen_tunnel_bytes_total{direction="in"}')]).toEqual([0, 0]);
  });
});

it('the end of each certificate is in the status and in the metrics, or why it cannot be told', async () => {
  const { certificates } = FleetStatus.parse((await fleet.ask('GET', '/baleen/status')).json());
  expect(certificates).toEqual([
    { name: 'towards engines', expiresAtMs: expect.any(Number) },
    { name: 'engines’ CA', failure: expect.stringMatching(/odd\.pem holds no certificate$/) },
  ]);
  expect(certificates[0]?.expiresAtMs).toBeGreaterThan(Date.now());
  expect(await fleet.askAdmin('/metrics')).toContain(
    'baleen_certificate_expiry_timestamp_seconds{certificate="towards engines"}',
  );
});
