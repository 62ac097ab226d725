import { describe, expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { MemoryLogModel, openMemoryLog, standingIn } from '#cluster-log';
import { AgentRecord, agentAddress, EngineRecord, engineKey, subjects } from '#contracts';
import { DirectTransport } from '#docker-api';
import { silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { defaultEngineSettings } from '../engine-actor/engine-settings.ts';
import { ModelEngine } from '../engine-actor/model-engine.builders.ts';
import { startMonitor } from '../engine-monitor.ts';
import { Agent } from './agent.ts';

const id = '0123456789abcdef';
const key = engineKey(agentAddress(id));
const leaseTtlMs = 2_000;
const common = { randomness: { hex: () => 'ff', fraction: () => 0.5 }, settings: defaultEngineSettings, leaseTtlMs };

/** A fleet in memory; time moves only with `pass`. */
class Stage {
  readonly clock = new ManualClock();
  readonly model = new MemoryLogModel({ clock: this.clock });
  readonly busModel = new MemoryBusModel({ clock: this.clock });
  readonly log = openMemoryLog(this.model, 'spec');
  readonly records = new Map<string, Uint8Array>();
  readonly said: string[] = [];

  constructor() {
    this.log.follow(['>'], {
      onEntry: ({ subject, payload }) => {
        if (payload === undefined) this.records.delete(subject);
        else this.records.set(subject, payload);
      },
      onReset: () => this.records.clear(),
    });
  }

  agent(instance: string, host: string, engine = new ModelEngine()): Agent {
    const logger = silentLogger();
    logger.error = (_: unknown, text?: unknown) => void this.said.push(String(text));
    const log = openMemoryLog(this.model, instance);
    return new Agent({
      ...common,
      log,
      standingOf: standingIn(log),
      bus: openMemoryBus(this.busModel, instance),
      tunnelBus: openMemoryBus(this.busModel, instance),
      clock: this.clock,
      logger,
      identity: { id, file: `/state/${host}/agent-id`, isIssued: false },
      host,
      instance,
      engine: { kind: 'unix', path: '/var/run/docker.sock' },
      transport: new DirectTransport(this.clock),
      connect: () => engine.connection(),
    });
  }

  /** A monitor that watches whatever it takes with a model engine. */
  monitor() {
    return startMonitor({
      ...common,
      log: openMemoryLog(this.model, 'm1'),
      bus: openMemoryBus(this.busModel, 'm1'),
      clock: this.clock,
      logger: silentLogger(),
      instance: 'm1',
      connect: () => new ModelEngine().connection(),
    });
  }

  async list(...addresses: string[]): Promise<void> {
    for (const address of addresses) {
      const member = { key: engineKey(address), address, source: 'agent' };
      await this.log.append(subjects.member(member.key), Buffer.from(JSON.stringify(member)));
    }
    await this.log.append(subjects.barrier('discovery'), Buffer.from('{}'));
  }

  pass(ms: number): Promise<void> {
    return this.clock.advanceSettling(ms);
  }

  get enrolled(): AgentRecord | undefined {
    return this.#read(subjects.agent(id), (value) => AgentRecord.parse(value));
  }

  get info(): EngineRecord | undefined {
    return this.#read(subjects.engineInfo(key), (value) => EngineRecord.parse(value));
  }

  #read<T>(subject: string, parse: (value: unknown) => T): T | undefined {
    const payload = this.records.get(subject);
    return payload && parse(JSON.parse(Buffer.from(payload).toString()));
  }
}

describe('an agent', () => {
  it('enrols its engine and watches it under the address nats://<id>', async () => {
    const stage = new Stage();
    stage.agent('a1', 'edge-1');
    await stage.pass(500);
    expect(stage.enrolled).toMatchObject({ id, host: 'edge-1', instance: 'a1' });
    expect(stage.info).toMatchObject({ state: 'healthy', monitor: 'a1', address: agentAddress(id) });
  });

  it('gives its lease back and leaves when it is stopped', async () => {
    const stage = new Stage();
    const agent = stage.agent('a1', 'edge-1');
    await stage.pass(500);
    await Promise.all([agent.stop(), stage.pass(500)]);
    expect(stage.enrolled).toBeUndefined();
    expect(stage.records.has(subjects.lease(`engine.${key}`))).toBe(false);
  });

  it('is a member still while it is cut off, and serves again by itself', async () => {
    const stage = new Stage();
    stage.agent('a1', 'edge-1');
    await stage.pass(500);
    const before = stage.info?.epoch ?? 0;
    stage.model.disconnect('a1');
    await stage.pass(60_000);
    expect(stage.records.has(subjects.lease(`engine.${key}`))).toBe(false);
    expect(stage.enrolled).toMatchObject({ instance: 'a1' });
    stage.model.reconnect('a1');
    await stage.pass(leaseTtlMs);
    expect(stage.info?.epoch).toBeGreaterThan(before);
    expect(stage.info).toMatchObject({ state: 'healthy', monitor: 'a1' });
  });

  it('enrols again after the log was lost', async () => {
    const stage = new Stage();
    stage.agent('a1', 'edge-1');
    await stage.pass(500);
    stage.model.loseEverything();
    await stage.pass(10_000);
    expect([stage.enrolled?.instance, stage.info?.state]).toEqual(['a1', 'healthy']);
  });

  it('enrols again when its record is removed while it runs', async () => {
    const stage = new Stage();
    stage.agent('a1', 'edge-1');
    await stage.pass(500);
    await stage.log.delete(subjects.agent(id));
    await stage.pass(500);
    expect(stage.enrolled).toMatchObject({ instance: 'a1' });
  });

  it('names who holds its identity when it was cloned, and how to mend it; nothing changes', async () => {
    const stage = new Stage();
    stage.agent('a1', 'edge-1');
    await stage.pass(500);
    stage.agent('a2', 'edge-2');
    await stage.pass(10_000);
    expect(stage.said).toEqual([expect.stringMatching(/another agent \(a1, on host edge-1\).*remove \/state\/edge-2\/agent-id/)]);
    expect(stage.enrolled).toMatchObject({ instance: 'a1' });
    expect(stage.info).toMatchObject({ monitor: 'a1' });
  });
});

describe('a monitor beside agents', () => {
  it('leaves their engines alone, also while an agent is away', async () => {
    const stage = new Stage();
    stage.agent('a1', 'edge-1');
    await stage.list(agentAddress(id), '10.0.0.1:2375');
    const monitor = stage.monitor();
    await stage.pass(1_000);
    stage.model.disconnect('a1');
    await stage.pass(30_000);
    expect(monitor.owned).toEqual([engineKey('10.0.0.1:2375')]);
    expect(stage.info).toMatchObject({ monitor: 'a1' });
  });

  it('keeps what an agent wrote before discovery lists its engine, and cleans it once the agent has left', async () => {
    const stage = new Stage();
    stage.monitor();
    const agent = stage.agent('a1', 'edge-1');
    await stage.list();
    await stage.pass(500);
    stage.model.disconnect('a1');
    await stage.pass(30_000);
    expect(stage.info).toBeDefined();
    stage.model.reconnect('a1');
    await stage.pass(5_000);
    await Promise.all([agent.stop(), stage.pass(5_000)]);
    expect([stage.enrolled, stage.info]).toEqual([undefined, undefined]);
  });
});
