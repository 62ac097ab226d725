import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestEngine } from './engine.ts';
import type { Host } from './host.ts';
import { machineFolder } from './host-script.ts';

const server = 'docker-registry';
const registryPort = 5000;
const upMaxMs = 20_000;
const pollMs = 50;

/** A real registry (plain HTTP) on a host of its own; the bed's engines trust it. */
export class TestRegistry {
  /** `ip:5000`, the first part of its image references. */
  readonly address: string;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.address = `${host.ip}:${registryPort}`;
  }

  async up(): Promise<void> {
    await this.#host.switchOn();
    const config = {
      version: '0.1',
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: `${machineFolder}/registry` }, delete: { enabled: true } },
      http: { addr: this.address },
    };
    // JSON is YAML.
    writeFileSync(join(this.#host.machineFolder, 'registry.yml'), JSON.stringify(config));
    await this.#host.start(server, ['docker-registry', 'serve', `${machineFolder}/registry.yml`]);
    const deadlineMs = performance.now() + upMaxMs;
    while (!(await this.#answers())) {
      if (performance.now() > deadlineMs || !(await this.#host.signal(server, '0'))) {
        throw new Error(`the registry did not start:\n${this.#host.log(server)}`);
      }
      await sleep(pollMs);
    }
  }

  /** Pushes an image of an engine as `name` (e.g. `team/app:1`); resolves with the whole reference to pull it by. */
  async push(engine: TestEngine, image: string, name: string): Promise<string> {
    const reference = `${this.address}/${name}`;
    await engine.docker('tag', image, reference);
    await engine.docker('push', reference);
    await engine.docker('rmi', reference);
    return reference;
  }

  down(): Promise<void> {
    return this.#host.remove();
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`http://${this.address}/v2/`, { signal: AbortSignal.timeout(1_000) })).ok;
    } catch (error) {
      if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return false;
      throw error;
    }
  }
}
