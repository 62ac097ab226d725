import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, vi } from 'vitest';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';
import { engineTarget, openTinyGateway, type TinyGateway } from '../../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';
import { windows } from './relayed-api.ts';
import { ask, headOf, Wire } from './wire.ts';

const upgrade = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';
export const typed = 'typed\n';
/** An engine under load takes seconds to start a process. */
export const patience = { timeout: 30_000, interval: 20 };

/** Defines the same tests for an old and for a new engine, each on a stage that stays for all of them; sessions end with their test. */
export function describeSessions(what: string, bedName: string, tests: (stage: () => SessionStage) => void): void {
  describe.skipIf(whyNoEngines() !== undefined)(`${what} at the engine and through the gateway`, () => {
    let bed: Testbed;
    beforeAll(async () => {
      bed = await Testbed.open(bedName);
    });
    afterAll(() => bed?.close());

    describe.each<Generation>(['old', 'new'])('%s', (generation) => {
      let stage: SessionStage;
      beforeAll(async () => {
        stage = await SessionStage.open(bed, generation);
      });
      afterEach(() => stage?.hangUp());
      afterAll(() => stage?.gateway.close());
      tests(() => stage);
    });
  });
}

/** A real engine with the container `up`, a gateway in front of it, and the sessions that a test has open at either. */
export class SessionStage {
  readonly engine: TestEngine;
  readonly gateway: TinyGateway;
  readonly #wires: Wire[] = [];

  static async open(bed: Testbed, generation: Generation): Promise<SessionStage> {
    const engine = await bed.engine({ generation });
    await engine.image();
    await engine.docker('run', '-d', '--name', 'up', 'busybox', 'sleep', '1000');
    const gateway = await openTinyGateway([engineTarget(engine.address, { node: engine.name, ...windows[generation] })]);
    return new SessionStage(engine, gateway);
  }

  private constructor(engine: TestEngine, gateway: TinyGateway) {
    this.engine = engine;
    this.gateway = gateway;
  }

  /** Opens a connection to the gateway, or to another address, and sends the request. */
  async send(request: string, address = this.gateway.address): Promise<Wire> {
    const wire = await Wire.open(address);
    this.#wires.push(wire);
    wire.send(request);
    return wire;
  }

  /** Runs one session at the engine and one through the gateway, side by side; heads and bytes must be the same. Resolves with the second. */
  async same(session: (address: string) => Promise<Wire>): Promise<Wire> {
    const [direct, through] = await Promise.all([session(this.engine.address), session(this.gateway.address)]);
    const seen = (wire: Wire) => ({ head: headOf(wire), bytes: wire.bytes.toString('latin1') });
    assert.deepEqual(seen(through), seen(direct));
    return through;
  }

  /** Creates a container; resolves with its id. */
  create(...args: string[]): Promise<string> {
    return this.engine.docker('create', ...args);
  }

  /** Creates an exec in `up`; resolves with its id. */
  async exec(body: object): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const path = '/containers/up/exec';
    const made = await ask(this.gateway.address, { method: 'POST', path, headers, body: JSON.stringify(body) });
    assert.equal(made.status, 201);
    return (JSON.parse(made.body.toString()) as { Id: string }).Id;
  }

  /** The head of the answer has come. */
  async answered(wire: Wire): Promise<void> {
    await vi.waitUntil(() => wire.head !== '', patience);
  }

  /** The other side has ended it. */
  async ended(wire: Wire): Promise<void> {
    await vi.waitUntil(() => wire.isEnded, patience);
  }

  hangUp(): void {
    for (const wire of this.#wires.splice(0)) wire.close();
  }
}

export function attachHead(id: string, query: string, version = ''): string {
  return `POST ${version}/containers/${id}/attach?${query} HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 0\r\n\r\n`;
}

export function startHead(id: string, framing: string): string {
  return `POST /exec/${id}/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${upgrade}${framing}\r\n\r\n`;
}
