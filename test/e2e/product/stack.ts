import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually } from '../eventually.ts';
import { freePort } from './free-port.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const upMaxMs = 60_000;
const healthyMaxMs = 60_000;
const stopMaxMs = 8_000;

export type StackOptions = {
  readonly discovery: string;
  /** Flags of `baleen` itself, before `manage`. */
  readonly globalFlags?: readonly string[];
  /** More flags of `baleen manage`. */
  readonly flags?: readonly string[];
  readonly gateways?: number;
  /** More environment, which all processes inherit. */
  readonly env?: Readonly<Record<string, string>>;
  /** The gateways listen on one port, as they do by default; here each has one of its own, `url(n)`, unless this is set. */
  readonly sharesPort?: boolean;
  /** How many engines must be healthy before the stack counts as up; default 0. */
  readonly engines?: number;
};

/** The built product, started as a user does: `bin/baleen manage …`, listening on a free port of loopback. */
export class Stack {
  readonly #process: ChildProcess;
  readonly #port: number;
  /** Export lines that it prints. */
  readonly #ports: number;
  #stdout = '';
  #stderr = '';

  static async start(options: StackOptions): Promise<Stack> {
    const gateways = options.gateways ?? 1;
    const port = await freePort(gateways);
    const flags = [
      '-H',
      `tcp://127.0.0.1:${port}`,
      '--gateways',
      String(gateways),
      '--gateway-ports',
      options.sharesPort ? 'shared' : 'own',
      ...(options.flags ?? []),
    ];
    const stack = new Stack(
      [...(options.globalFlags ?? []), 'manage', ...flags],
      options.discovery,
      port,
      options.sharesPort ? 1 : gateways,
      options.env ?? {},
    );
    try {
      await eventually('baleen manage prints its export lines or ends', upMaxMs, () => stack.#exports() ?? stack.#ended());
      if (stack.#ended()) throw new Error(`baleen manage ended with ${stack.#process.exitCode}`);
      if (options.engines !== undefined) await stack.healthyEngines(options.engines);
      return stack;
    } catch (error) {
      await stack.stop();
      throw new Error(`${String(error)}\n${stack.stderr}`, { cause: error });
    }
  }

  private constructor(
    flags: readonly string[],
    discovery: string,
    port: number,
    ports: number,
    env: Readonly<Record<string, string>>,
  ) {
    this.#port = port;
    this.#ports = ports;
    this.#process = spawn(`${root}bin/baleen`, [...flags, discovery], {
      cwd: '/',
      env: { ...process.env, DOCKER_HOST: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Of `baleen manage` itself. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** `tcp://127.0.0.1:port` of a gateway. */
  host(gateway = 0): string {
    return `tcp://127.0.0.1:${this.#port + gateway}`;
  }

  /** `http://127.0.0.1:port` of a gateway. */
  url(gateway = 0): string {
    return `http://127.0.0.1:${this.#port + gateway}`;
  }

  async healthyEngines(count: number): Promise<void> {
    await eventually(`${count} engines are healthy`, healthyMaxMs, async () => {
      const info = (await (await fetch(`${this.url()}/info`)).json()) as { SystemStatus?: [string, string][] };
      const healthy = (info.SystemStatus ?? []).filter(([key, value]) => key.endsWith('└ Status') && value === 'Healthy').length;
      return healthy >= count ? true : undefined;
    });
  }

  /** Process ids of one kind of service: discovery, engine-monitor, scheduler, api-gateway or nats-server. */
  pids(kind: string): number[] {
    return childrenOf(this.#process.pid ?? 0).filter((pid) =>
      commandOf(pid).includes(kind === 'nats-server' ? 'nats-server' : `/apps/${kind}/main.js`),
    );
  }

  /** Of the gateway that listens there; `undefined` while none runs. */
  gatewayPid(gateway: number): number | undefined {
    return this.pids('api-gateway').find((pid) =>
      readProc(pid, 'environ')
        .split('\0')
        .includes(`BALEEN_HOSTS=${this.host(gateway)}`),
    );
  }

  /** Nobody reads any more what it says, as when a terminal is gone. */
  hangUp(): void {
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
  }

  /** For whoever ends and cannot wait: asks it to stop. */
  interrupt(): void {
    this.#process.kill('SIGTERM');
  }

  /** Ends politely, then by force; resolves with the ms the polite end took and the exit status. */
  async stop(): Promise<{ tookMs: number; code: number | null }> {
    const startedMs = performance.now();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.kill('SIGTERM');
      const kill = setTimeout(() => this.#process.kill('SIGKILL'), stopMaxMs);
      await gone;
      clearTimeout(kill);
    }
    return { tookMs: performance.now() - startedMs, code: this.#process.exitCode };
  }

  #exports(): true | undefined {
    return (this.#stdout.match(/^export DOCKER_HOST=/gm) ?? []).length >= this.#ports ? true : undefined;
  }

  #ended(): true | undefined {
    return this.#process.exitCode === null ? undefined : true;
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
    .flatMap((child) => [child, ...childrenOf(child)]);
}

/** 0 for a process that is gone meanwhile. */
function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readProc(pid, 'status'))?.[1] ?? 0);
}

function commandOf(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ');
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}
