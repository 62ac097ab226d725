import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../bin/baleen', import.meta.url));

/** `baleen` as systemd's socket activation starts it: with a socket that listens already, as descriptor 3. */
export async function startWithPassedSocket(
  args: readonly string[],
): Promise<{ readonly port: number; readonly process: ChildProcess }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  const activated = ['-c', 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"', program, ...args];
  const process = spawn('sh', activated, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe', fd] });
  server.close();
  return { port, process };
}
