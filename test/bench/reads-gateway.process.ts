import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { gatewayConfigSchema } from '../../apps/api-gateway/src/api-gateway-config.ts';
import { startGateway } from '../../apps/api-gateway/src/gateway.ts';
import { FilledLog } from './filled-log.ts';
import { fleetRecords } from './fleet-records.ts';

/**
 * A gateway that follows a log of so many engines and containers. Started by `fork` with both and the address of all engines as
 * arguments; says its port, then answers each message with its CPU time in µs, its memory in bytes and how long it took to know the fleet.
 */
const [engines = '1', containers = '1', address = ''] = process.argv.slice(2);
// Records are made beforehand, or making them would count.
const records = [...fleetRecords({ engines: Number(engines), containers: Number(containers), address })];
const log = new FilledLog(function* take() {
  // Given away one by one: the log does not keep what the view keeps.
  for (let next = 0; next < records.length; next++) {
    const record = records[next];
    if (record !== undefined) yield record;
  }
  records.length = 0;
});
const bus = openMemoryBus(new MemoryBusModel({ clock: systemClock }));
const before = process.cpuUsage();
const gateway = await startGateway({
  config: gatewayConfigSchema.parse({ hosts: 'tcp://127.0.0.1:0' }),
  log,
  bus,
  tunnelBus: bus,
  clock: systemClock,
  randomness: systemRandomness,
  logger: silentLogger(),
  instance: 'gateway-1',
});
const port = gateway.ports[0] ?? 0;
await (await fetch(`http://127.0.0.1:${port}/containers/json?limit=1`)).arrayBuffer();
const { user, system } = process.cpuUsage(before);
const startMs = (user + system) / 1_000;

process.on('message', (what) => {
  // Never while CPU time is taken: it would count.
  if (what === 'memory') (globalThis as { gc?: () => void }).gc?.();
  const used = process.cpuUsage();
  process.send?.({ cpuUs: used.user + used.system, memory: process.memoryUsage(), startMs });
});
// Whoever measures may be interrupted.
process.once('disconnect', () => process.exit(0));
process.send?.({ port, barePort: await openBare() });

/** What Node takes for an answer of two bytes: the floor under all figures, measured in the same process. */
async function openBare(): Promise<number> {
  const server = createServer((_request, response) => response.end('OK')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
