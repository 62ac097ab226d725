import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedNats } from '#embedded-nats';

/** A nats-server of a test: it can be killed without warning and started again on the same port, with what its storage kept. */
export type TestServer = {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
};

export async function startTestServer(storage: 'memory' | 'file'): Promise<TestServer> {
  const dir = await mkdtemp(join(tmpdir(), 'baleen-contract-nats-'));
  const port = await freePort();
  const launch = () => startEmbeddedNats({ storage, dir, port });
  let running: Awaited<ReturnType<typeof launch>> | undefined = await launch();
  const { url } = running;
  return {
    url,
    async kill() {
      if (running === undefined) return;
      process.kill(running.pid, 'SIGKILL');
      await running.exited;
      running = undefined;
    },
    async start() {
      running ??= await launch();
    },
    async stop() {
      await running?.stop();
      running = undefined;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Polls a condition; rejects when it does not hold within the bound. */
export async function eventually(holds: () => boolean | Promise<boolean>, boundMs = 10_000): Promise<void> {
  const untilMs = performance.now() + boundMs;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`did not come true within ${boundMs} ms: ${holds.toString()}`);
    await delay(10);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      server.close(() => resolve(address.port));
    });
  });
}
