import { afterEach, beforeEach, expect, it } from 'vitest';
import { BaleenError } from '#contracts';
import { idOf, TestFleet } from '../gateway.builders.ts';

let fleet: TestFleet;
beforeEach(async () => {
  fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0' });
});
afterEach(() => fleet.close());

it('counts requests by operation and status, and times them', async () => {
  const key = await fleet.node('node-1');
  await fleet.container(key, idOf('a1'), 'web');
  for (const path of ['/_ping', '/_ping', '/v1.41/_ping', '/containers/json', '/containers/nope/json', '/frob', '/%zz'])
    await fleet.ask('GET', path);
  const text = await fleet.askAdmin('/metrics');
  const counted = text.split('\n').filter((line) => line.startsWith('baleen_http_requests_total'));
  expect(counted).toEqual([
    'baleen_http_requests_total{operation="GET /_ping",code="200"} 3',
    'baleen_http_requests_total{operation="GET /containers/json",code="200"} 1',
    'baleen_http_requests_total{operation="GET /containers/{}/json",code="404"} 1',
    'baleen_http_requests_total{operation="none",code="404"} 1',
    'baleen_http_requests_total{operation="none",code="400"} 1',
  ]);
  expect(text).toContain('baleen_http_request_duration_seconds_bucket{operation="GET /_ping",le="+Inf"} 3\n');
  expect(text).toContain('baleen_http_request_duration_seconds_count{operation="GET /_ping"} 3\n');
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
});

it('counts placements by outcome', async () => {
  await fleet.node('node-1');
  await fleet.onScheduler('place', () => {
    throw new BaleenError('placement/no-engine', 'nowhere');
  });
  expect((await fleet.ask('POST', '/containers/create', '{"Image":"busybox"}')).status).toBeGreaterThanOrEqual(400);
  expect(await fleet.askAdmin('/metrics')).toContain('baleen_placements_total{outcome="placement/no-engine"} 1\n');
});
