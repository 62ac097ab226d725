import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../bin/baleen', import.meta.url));

/** `baleen` as systemd's socket activation starts it: with a socket of loopback that listens already, as descriptor 3. */
export class ActivatedProcess {
  readonly port: number;
  readonly #process: ChildProcess;
  #stderr = '';

  static async start(args: readonly string[]): Promise<ActivatedProcess> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
    const activated = new ActivatedProcess(port, fd, args);
    server.close();
    return activated;
  }

  private constructor(port: number, fd: number, args: readonly string[]) {
    this.port = port;
    const activate = ['-c', 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"', program, ...args];
    this.#process = spawn('sh', activate, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe', fd] });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Ends politely. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await gone;
  }
}
