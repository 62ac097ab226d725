import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const connectMaxMs = 5_000;
const roundTrips = 200;
/** A server in a container may need a moment after its start; datagrams before that are lost. */
const datagramTries = 40;
const datagramWaitMs = 100;

/** Connects; rejects when nobody listens. */
export async function connectTo(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  await once(socket, 'connect', { signal: AbortSignal.timeout(connectMaxMs) });
  return socket;
}

/** What an echo server says to each line. Tries again while the server in the container is not up yet; the port itself must be open. */
export async function lines(host: string, port: number, sent: readonly string[]): Promise<string[]> {
  const untilMs = performance.now() + connectMaxMs;
  for (;;) {
    const socket = await connectTo(host, port);
    socket.on('error', () => socket.destroy());
    socket.end(sent.map((line) => `${line}\n`).join(''));
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    // After the answer's end, or a reset.
    await new Promise((resolve) => socket.once('close', resolve));
    const received = text.split('\n').filter((line) => line !== '');
    if (received.length > 0 || performance.now() > untilMs) return received;
    await sleep(50);
  }
}

export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Median of a byte to an echo server and back. */
export async function roundTripMs(host: string, port: number): Promise<number> {
  const socket = await connectTo(host, port);
  const took: number[] = [];
  for (let index = 0; index < roundTrips; index += 1) {
    const startedMs = performance.now();
    socket.write('x');
    await once(socket, 'data');
    took.push(performance.now() - startedMs);
  }
  socket.destroy();
  return took.sort((one, other) => one - other)[roundTrips / 2] ?? 0;
}

/** The answer to a datagram, sent again until one comes. */
export async function exchangeDatagram(host: string, port: number, text: string): Promise<string> {
  const socket = createSocket('udp4');
  try {
    const answer = once(socket, 'message').then(([datagram]: unknown[]) => String(datagram));
    for (let tries = 0; tries < datagramTries; tries += 1) {
      socket.send(text, port, host);
      const heard = await Promise.race([answer, sleep(datagramWaitMs, undefined)]);
      if (heard !== undefined) return heard;
    }
    throw new Error(`no answer from ${host}:${port}/udp`);
  } finally {
    socket.close();
  }
}

export function throughput(bytes: number, tookMs: number): string {
  return `${Math.round(bytes / 1_048_576 / (tookMs / 1_000))} MB/s`;
}
