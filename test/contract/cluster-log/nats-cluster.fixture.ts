import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNatsServer } from '#embedded-nats';

/** Three nats-servers that keep a log three times. */
export type TestCluster = {
  /** All of them. */
  readonly url: string;
  stop(): Promise<void>;
};

const size = 3;

export async function startTestCluster(): Promise<TestCluster> {
  const program = findNatsServer();
  if (program === undefined) throw new Error('no nats-server: `npm test` provides one');
  const dir = await mkdtemp(join(tmpdir(), 'baleen-cluster-'));
  const ports = await freePorts(2 * size);
  const clients = ports.slice(0, size);
  const routes = ports.slice(size).map((port) => `nats://127.0.0.1:${port}`);
  const servers = clients.map((port, index) => {
    const own = ['-js', '-sd', join(dir, `n${index}`), '--name', `n${index}`, '-a', '127.0.0.1', '-p', String(port)];
    const cluster = ['--cluster_name', 'c', '--cluster', routes[index] ?? '', '--routes', routes.join(',')];
    // Killed with the tests, however these end.
    return spawn('setpriv', ['--pdeathsig', 'KILL', program, ...own, ...cluster], { stdio: 'ignore' });
  });
  return {
    url: clients.map((port) => `nats://127.0.0.1:${port}`).join(','),
    async stop() {
      await Promise.all(servers.map(ended));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill('SIGKILL');
  });
}

/** Held together until all are known, so that none is given twice. */
async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = held.map((server) => (server.address() as { port: number }).port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
