import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { type ClusterLog, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { EngineRecord, engineKey, subjects } from '#contracts';
import { JsonSplitter, member } from '#docker-api';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';
import { gatewayConfigSchema } from '../../apps/api-gateway/src/api-gateway-config.ts';
import { type Gateway, startGateway } from '../../apps/api-gateway/src/gateway.ts';
import { defaultEngineSettings } from '../../apps/engine-monitor/src/engine-actor/engine-settings.ts';
import { startMonitor } from '../../apps/engine-monitor/src/engine-monitor.ts';

type Monitor = ReturnType<typeof startMonitor>;

const generations: Generation[] = ['old', 'new'];
const noEngines = whyNoEngines();
const leaseTtlMs = 2_000;
/** An engine that is away is tried this often, so that what is measured is the reading, not the rest before it. */
const settings = { ...defaultEngineSettings, retryMaxMs: 500 };
const patient = { timeout: 20_000, interval: 20 };
/** As soon after an event as a client can be. */
const quick = { timeout: 20_000, interval: 1 };
const rounds = 8;

/** A cluster in memory: one gateway, and monitors that can be stopped politely or cut off, as if killed. */
class Cluster {
  readonly #logModel = new MemoryLogModel({ clock: systemClock });
  readonly #busModel = new MemoryBusModel({ clock: systemClock });
  readonly #log: ClusterLog = openMemoryLog(this.#logModel);
  readonly #monitors = new Map<string, Monitor>();
  readonly #closing = new AbortController();
  #gateway: Gateway | undefined;

  async open(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) {
      const record = { key: engineKey(address), address, source: 'nodes' };
      await this.#log.append(subjects.member(record.key), Buffer.from(JSON.stringify(record)));
    }
    await this.#log.append(subjects.barrier('discovery'), Buffer.from('{}'));
    this.#gateway = await startGateway({
      config: gatewayConfigSchema.parse({ hosts: 'tcp://127.0.0.1:0' }),
      log: openMemoryLog(this.#logModel, 'gateway'),
      bus: openMemoryBus(this.#busModel, 'gateway'),
      tunnelBus: openMemoryBus(this.#busModel, 'gateway-tunnels'),
      clock: systemClock,
      randomness: systemRandomness,
      logger: silentLogger(),
      instance: 'gateway-1',
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#gateway?.ports[0]}`;
  }

  monitor(instance: string): void {
    const parts = { clock: systemClock, randomness: systemRandomness, logger: silentLogger(), instance, settings, leaseTtlMs };
    const log = openMemoryLog(this.#logModel, instance);
    this.#monitors.set(instance, startMonitor({ ...parts, log, bus: openMemoryBus(this.#busModel, instance) }));
  }

  async stop(instance: string): Promise<void> {
    await this.#monitors.get(instance)?.stop();
    this.#monitors.delete(instance);
  }

  /** What the others see of a monitor that is killed. */
  cutOff(instance: string): void {
    this.#logModel.disconnect(instance);
    this.#busModel.disconnect(instance);
  }

  async info(address: string): Promise<EngineRecord | undefined> {
    const entry = await this.#log.get(subjects.engineInfo(engineKey(address)));
    return entry?.payload && EngineRecord.parse(JSON.parse(Buffer.from(entry.payload).toString()));
  }

  async containers(): Promise<Record<string, string>> {
    const rows = (await (await fetch(`${this.url}/containers/json?all=1`)).json()) as { Names: string[]; State: string }[];
    return Object.fromEntries(rows.map(({ Names, State }) => [Names[0]?.split('/').at(-1) ?? '', State]));
  }

  /** Marks of container events as they come from `url`, until the cluster closes. */
  events(url: string): Promise<string[]> {
    return containerEvents(url, this.#closing.signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#gateway?.stop();
    await Promise.all([...this.#monitors.values()].map((monitor) => monitor.stop()));
  }
}

/** Resolves once the stream stands; the array grows. */
async function containerEvents(url: string, signal: AbortSignal): Promise<string[]> {
  const seen: string[] = [];
  const response = await fetch(`${url}/events`, { signal });
  const splitter = new JsonSplitter();
  void (async () => {
    for await (const chunk of response.body ?? []) {
      for (const line of splitter.push(Buffer.from(chunk))) {
        if (member(line, 'Type')?.toString() !== '"container"') continue;
        const actor = member(line, 'Actor') ?? Buffer.from('{}');
        seen.push([member(line, 'timeNano'), member(line, 'Action'), member(actor, 'ID')].join(' '));
      }
    }
  })().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return seen;
}

/** The engine with one fault in front of it: inspecting a container of this name fails as of a `Dead` one. */
async function withoutInspecting(engine: TestEngine, name: string): Promise<{ address: string; close(): void }> {
  const [host = '', port = ''] = engine.address.split(':');
  const id = await engine.docker('inspect', '-f', '{{.Id}}', name);
  const forward = (asked: IncomingMessage, answer: ServerResponse) => {
    if (asked.url?.includes(`/containers/${id}/json`)) {
      answer.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"layer does not exist"}');
      return;
    }
    const { method, url: path, headers } = asked;
    const forwarded = httpRequest({ host, port, method, path, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      answer.flushHeaders();
      given.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    answer.on('close', () => forwarded.destroy());
    asked.pipe(forwarded);
  };
  const server = createServer(forward);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe.skipIf(noEngines !== undefined)('what an engine holds and tells', () => {
  let bed: Testbed;
  let engines: Map<Generation, TestEngine>;
  let cluster: Cluster;

  beforeAll(async () => {
    bed = await Testbed.open('inventory');
    const booted = await Promise.all(generations.map((generation) => bed.engine({ generation })));
    await Promise.all(booted.map((engine) => engine.image()));
    engines = new Map(booted.map((engine) => [engine.generation, engine]));
  });
  afterAll(async () => {
    await bed?.close();
  });
  afterEach(async () => {
    await cluster.close();
    for (const engine of engines.values()) {
      const ids = (await engine.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
      if (ids.length > 0) await engine.docker('rm', '--force', ...ids);
    }
  });

  async function watched(...addresses: string[]): Promise<void> {
    cluster = new Cluster();
    await cluster.open(addresses);
    cluster.monitor('m1');
    for (const address of addresses) await expect.poll(async () => (await cluster.info(address))?.state, patient).toBe('healthy');
  }

  describe.each(generations)('%s', (generation) => {
    const engine = () => engines.get(generation) as TestEngine;

    it('reaches a client of /events whole, in order and once over two changes of its owner under load', async () => {
      await watched(engine().address);
      const [told, heard] = await Promise.all([cluster.events(`http://${engine().address}`), cluster.events(cluster.url)]);
      let isOver = false;
      const load = createAndRemove(engine(), () => isOver);
      await expect.poll(() => heard.length, patient).toBeGreaterThan(10);
      cluster.monitor('m2');
      await cluster.stop('m1');
      await owner('m2');
      const before = heard.length;
      await expect.poll(() => heard.length, patient).toBeGreaterThan(before + 10);
      cluster.monitor('m3');
      cluster.cutOff('m2');
      const cutAtMs = performance.now();
      await owner('m3');
      const ownerlessMs = performance.now() - cutAtMs;
      const after = told.length;
      await expect.poll(() => heard.length, patient).toBeGreaterThan(after + 10);
      isOver = true;
      await load;
      await expect.poll(() => heard.length, patient).toBeGreaterThanOrEqual(told.length);
      expect(heard).toEqual(told);
      print(`${generation}: ${told.length} events, owner lost for ${Math.round(ownerlessMs)} ms, none missing or twice`);
    });

    it('has exited containers shown as exited within 2 s after a killed daemon answers again', async () => {
      await watched(engine().address);
      // The next daemon ends it as it starts, and would wait 10 s for a polite end.
      await engine().docker('run', '-d', '--name', 'crashed', '--stop-signal', 'KILL', 'busybox', 'sleep', '600');
      await expect.poll(async () => (await cluster.containers())['crashed'], patient).toBe('running');
      await engine().kill();
      await expect.poll(async () => (await cluster.info(engine().address))?.failures, patient).toBeGreaterThan(0);
      await engine().restart();
      const answersAtMs = performance.now();
      const reality = await engine().docker('inspect', '-f', '{{.State.Status}}', 'crashed');
      expect(reality).toBe('exited');
      await expect.poll(async () => (await cluster.containers())['crashed'], patient).toBe('exited');
      const tookMs = performance.now() - answersAtMs;
      print(`${generation}: exited shown ${Math.round(tookMs)} ms after the daemon answered`);
      expect(tookMs).toBeLessThan(2_000);
    });

    it('stays listed whole when one container cannot be inspected', async () => {
      for (const name of ['dead', 'well']) await engine().docker('create', '--name', name, '--memory', '32m', 'busybox', 'true');
      const faulty = await withoutInspecting(engine(), 'dead');
      try {
        await watched(faulty.address);
        expect(await cluster.containers()).toEqual({ dead: 'created', well: 'created' });
        await engine().docker('start', 'dead');
        await expect.poll(() => cluster.containers(), patient).toEqual({ dead: 'exited', well: 'created' });
      } finally {
        await cluster.close();
        faulty.close();
      }
    });

    it('tells of starts and ends when its list shows them', async () => {
      await watched(engine().address);
      await engine().docker('create', '--name', 'again', '--stop-signal', 'KILL', 'busybox', 'sleep', '600');
      const heard = await cluster.events(cluster.url);
      const toldOf = (action: string) => heard.filter((mark) => mark.includes(`"${action}"`)).length;
      for (let round = 1; round <= rounds; round++) {
        for (const [call, action, state] of [
          ['start', 'start', 'running'],
          ['kill', 'die', 'exited'],
        ] as const) {
          const called = engine().docker(call, 'again');
          await expect.poll(() => toldOf(action), quick).toBe(round);
          expect([round, await cluster.containers()]).toEqual([round, { again: state }]);
          await called;
        }
      }
    });

    const owner = async (instance: string) => {
      await expect.poll(async () => (await cluster.info(engine().address))?.monitor, patient).toBe(instance);
    };
  });
});

/** Containers made and removed one after the other, straight at the engine: events in an order there is no doubt of. */
async function createAndRemove(engine: TestEngine, isOver: () => boolean): Promise<void> {
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://${engine.address}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return answer.text();
  };
  while (!isOver()) {
    const { Id } = JSON.parse(await ask('POST', '/containers/create', { Image: 'busybox', Cmd: ['true'] })) as { Id: string };
    await ask('DELETE', `/containers/${Id}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
