import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { recordedContainer } from './fleet-records.ts';

/** Requests per case that count, after a third as many that do not; fewer of lists of everything, and none begun after so long. */
const countedRequests = 1_500;
const countedLists = 20;
const caseMaxMs = 15_000;
const mib = 1024 ** 2;

type Case = {
  readonly name: string;
  readonly path: string;
  readonly connections?: number;
  readonly isLarge?: true;
  readonly isBare?: true;
};

const filters = (query: object) => `&filters=${encodeURIComponent(JSON.stringify(query))}`;
const all = '/containers/json?all=1';
const { id, name } = recordedContainer(7, 7);

const cases: readonly Case[] = [
  { name: 'bare node:http', path: '/', isBare: true },
  { name: 'bare node:http, 32 connections', path: '/', connections: 32, isBare: true },
  { name: 'ping', path: '/_ping' },
  { name: 'ping, 32 connections', path: '/_ping', connections: 32 },
  { name: 'version, 32 connections', path: '/v1.47/version', connections: 32 },
  { name: 'info', path: '/info' },
  { name: 'inspect by id', path: `/containers/${id}/json` },
  { name: 'inspect by short id', path: `/containers/${id.slice(0, 10)}/json` },
  { name: 'inspect by name', path: `/containers/${name}/json` },
  { name: 'inspect by name, 32 connections', path: `/containers/${name}/json`, connections: 32 },
  { name: 'images', path: '/images/json' },
  { name: 'networks', path: '/networks' },
  { name: 'volumes', path: '/volumes' },
  { name: 'list', path: all, isLarge: true },
  { name: 'list, running', path: '/containers/json', isLarge: true },
  { name: 'list by id', path: `${all}${filters({ id: [id.slice(0, 12)] })}` },
  { name: 'list by name', path: `${all}${filters({ name: [name] })}` },
  { name: 'list by exact name', path: `${all}${filters({ name: [`^/${name}$`] })}` },
  {
    name: 'list by label',
    path: `${all}${filters({ label: ['com.docker.compose.service=web-7', 'com.docker.compose.project=app-7'] })}`,
  },
  { name: 'list by node', path: `${all}${filters({ node: ['engine-7'] })}&limit=5` },
  { name: 'list, newest 10', path: '/containers/json?limit=10' },
];

/** What reads cost a gateway that knows 10, 100 and 1,000 engines: CPU a request of its process alone, and what a client waits. */
export async function* measureReads(): AsyncGenerator<string> {
  const only = process.env['READS_ONLY'];
  for (const [engines, containers] of [
    [10, 10],
    [100, 100],
    [1_000, 100],
  ] as const) {
    if (process.env['READS_ENGINES'] !== undefined && process.env['READS_ENGINES'] !== String(engines)) continue;
    const daemon = await openDaemon();
    const gateway = await ReadGateway.start(engines, containers, daemon.address);
    const { startMs, memory } = await gateway.state('memory');
    yield `${engines} engines with ${containers} containers: ${startMs.toFixed(0)} ms CPU to know them, RSS ${(memory.rss / mib).toFixed(0)} MiB, heap ${(memory.heapUsed / mib).toFixed(0)}, external ${(memory.external / mib).toFixed(0)}`;
    yield `  ${'direct inspect'.padEnd(34)} ${(await load(daemon.port, { name: '', path: `/containers/${id}/json` }, countedRequests)).text}`;
    for (const one of cases) {
      if (only !== undefined && !one.name.includes(only)) continue;
      const count = one.isLarge && engines > 10 ? countedLists : countedRequests;
      const port = one.isBare ? gateway.barePort : gateway.port;
      await load(port, one, count / 3);
      const before = await gateway.state();
      const { text, requests } = await load(port, one, count);
      const after = await gateway.state();
      const cpuMs = (after.cpuUs - before.cpuUs) / 1_000 / requests;
      yield `  ${one.name.padEnd(34)} ${text}  CPU ${cpuMs.toFixed(3)} ms`;
    }
    const { memory: then } = await gateway.state('memory');
    yield `  RSS ${(then.rss / mib).toFixed(0)} MiB, heap ${(then.heapUsed / mib).toFixed(0)}, external ${(then.external / mib).toFixed(0)}`;
    gateway.close();
    daemon.close();
  }
}

type Ports = { readonly port: number; readonly barePort: number };
type State = { readonly cpuUs: number; readonly startMs: number; readonly memory: NodeJS.MemoryUsage };

class ReadGateway {
  readonly port: number;
  readonly barePort: number;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, { port, barePort }: Ports) {
    this.#process = child;
    this.port = port;
    this.barePort = barePort;
  }

  static async start(engines: number, containers: number, address: string): Promise<ReadGateway> {
    const program = fileURLToPath(new URL('./reads-gateway.process.ts', import.meta.url));
    const profile = process.env['READS_PROF'];
    const child = fork(program, [String(engines), String(containers), address], {
      execArgv: ['--expose-gc', ...(profile === undefined ? [] : profile.split(' '))],
    });
    const [ports] = (await once(child, 'message')) as [Ports];
    return new ReadGateway(child, ports);
  }

  async state(what: 'cpu' | 'memory' = 'cpu'): Promise<State> {
    this.#process.send(what);
    const [state] = (await once(this.#process, 'message')) as [State];
    return state;
  }

  close(): void {
    this.#process.disconnect();
  }
}

/** Requests one after the other on each connection. */
async function load(port: number, { path, connections = 1 }: Case, count: number): Promise<{ text: string; requests: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let bytes = 0;
  const began = performance.now();
  const untilMs = began + caseMaxMs;
  let left = count;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path, agent }, (answer) => {
        bytes = 0;
        if (answer.statusCode !== 200) reject(new Error(`${path}: ${answer.statusCode}`));
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        answer.once('end', resolve);
      })
        .once('error', reject)
        .end();
    });
  const client = async () => {
    while (left > 0 && performance.now() < untilMs) {
      left -= 1;
      const before = performance.now();
      await one();
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
  const rate = (times.length / (performance.now() - began)) * 1_000;
  times.sort((a, b) => a - b);
  const at = (part: number) => (times[Math.floor(times.length * part)] ?? 0).toFixed(2);
  return {
    text: `${rate.toFixed(0).padStart(6)}/s  p50 ${at(0.5)} p99 ${at(0.99)} ms  ${(bytes / 1_000).toFixed(1)} kB`,
    requests: times.length,
  };
}

async function openDaemon() {
  const body = JSON.stringify({
    Id: id,
    Name: `/${name}`,
    Created: '2026-01-01T00:00:00Z',
    Config: {
      Env: Array.from({ length: 100 }, (_, index) => `VARIABLE_${index}=some value or other that is not short, number ${index}`),
    },
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '20007' }] } },
    NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '20007' }] } },
  });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Api-Version': '1.51' });
    response.end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: `127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
