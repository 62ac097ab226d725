import { expect, it } from 'vitest';
import { DatagramPort } from './datagram-port.ts';

const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('UDP')).length;

it('leaves no socket behind when it cannot be opened', async () => {
  const before = sockets();
  // A link-local address that names no link cannot be sent to.
  await expect(DatagramPort.open('fe80::1', 9)).rejects.toThrow('fe80::1');
  await expect.poll(sockets).toBe(before);
});
