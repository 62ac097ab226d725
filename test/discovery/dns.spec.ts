import { afterAll, beforeAll, expect, it } from 'vitest';
import { read } from './conformance/reading.ts';
import { startDns, type TestDns } from './servers/dns.ts';

/** DNS has no watch: a change is seen with the next heartbeat. */
const heartbeatMs = 500;
let dns: TestDns;
beforeAll(async () => {
  dns = await startDns();
});
afterAll(() => dns.stop());

const reading = (argument: string) => read(argument, [`dns.server=${dns.server}`], heartbeatMs);
const addresses = (...ips: string[]) => ips.map((ip) => `address=/tasks.engines.test/${ip}`);

it('dns: address records of both kinds with the port, resolved again each heartbeat; an outage or a lost zone changes nothing', async () => {
  await dns.serve(addresses('127.0.1.1', '127.0.1.2', '::2'));
  const seen = reading('dns://tasks.engines.test:2375');
  await seen.shows('127.0.1.1:2375', '127.0.1.2:2375', '[::2]:2375');
  await dns.serve(addresses('127.0.1.2', '127.0.1.3'));
  await seen.shows('127.0.1.2:2375', '127.0.1.3:2375');
  await dns.kill();
  await seen.says(/DNS: tasks\.engines\.test was not resolved: E(CONNREFUSED|TIMEOUT)/);
  await dns.start();
  await dns.serve([]);
  await seen.says(/DNS: tasks\.engines\.test has no records/);
  expect(seen.lists).toHaveLength(2);
  await dns.serve(addresses('127.0.1.3'));
  await seen.shows('127.0.1.3:2375');
  seen.stop();
});

it('dns: SRV records bring host and port', async () => {
  await dns.serve(['srv-host=_docker._tcp.example.test,node-1.test,2375', 'srv-host=_docker._tcp.example.test,node-2.test,2376']);
  const seen = reading('dns://_docker._tcp.example.test');
  await seen.shows('node-1.test:2375', 'node-2.test:2376');
  await dns.serve(['srv-host=_docker._tcp.example.test,node-2.test,2376']);
  await seen.shows('node-2.test:2376');
  expect(seen.lists).toHaveLength(2);
  seen.stop();
});
