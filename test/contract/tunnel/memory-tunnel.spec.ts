import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { systemClock } from '#service-shell';
import { listens, StandInDaemon } from './stand-in-daemon.ts';
import { describeTunnel, megabyte, TunnelStage } from './tunnel-conformance.ts';

describeTunnel('in memory', 64 * megabyte, async () => {
  const model = new MemoryBusModel({ clock: systemClock });
  let handles = 0;
  return { open: async () => openMemoryBus(model, `process-${(handles += 1)}`), stop: () => Promise.resolve() };
});

describe('a tunnel over a bus with faults', () => {
  it('breaks at both ends when a message of it is lost', async () => {
    let published = 0;
    const model = new MemoryBusModel({
      clock: systemClock,
      fateOf: ({ kind }) => (kind === 'publish' && (published += 1) === 3 ? 'lose' : 'deliver'),
    });
    const daemon = await StandInDaemon.raw((socket) => {
      socket.on('data', (chunk) => socket.write(chunk)).on('end', () => socket.end());
    });
    const stage = await TunnelStage.open(daemon, openMemoryBus(model, 'gateway'), openMemoryBus(model, 'agent'));
    const stream = await stage.connect();
    const failed = once(stream, 'error');
    const [socket] = daemon.sockets;
    const closed = once(socket!, 'close');
    for (let index = 0; index < 10 && !stream.destroyed; index += 1) {
      stream.write(`line ${index}`);
      // A message of its own for each line.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await failed).toEqual([
      expect.objectContaining({ message: 'the link to node edge-1 broke: NATS lost a message of it' }),
    ]);
    await closed;
    await stage.close();
  });

  it('breaks at once at the end that is cut off', async () => {
    const model = new MemoryBusModel({ clock: systemClock });
    const daemon = await StandInDaemon.raw(listens);
    const stage = await TunnelStage.open(daemon, openMemoryBus(model, 'gateway'), openMemoryBus(model, 'agent'));
    await stage.connect();
    const [socket] = daemon.sockets;
    const closed = once(socket!, 'close');
    model.disconnect('agent');
    await closed;
    expect(daemon.sockets.size).toBe(0);
    await stage.close();
  });
});
