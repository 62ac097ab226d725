import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { silentLogger, systemClock } from '#service-shell';
import { connectNats } from './connect-nats.ts';

it('whoever waits for NATS gives up when it is to end', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  taken.close();
  await once(taken, 'close');
  const ending = new AbortController();
  const logger = { ...silentLogger(), warn: () => ending.abort() };
  const url = `nats://127.0.0.1:${port}`;
  await expect(connectNats({ url, name: 'test', clock: systemClock, logger, stopping: ending.signal })).rejects.toThrow(
    `no nats-server answers at 127.0.0.1:${port}`,
  );
});
