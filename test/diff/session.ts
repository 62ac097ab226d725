import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { type DockerCli, dockerCli } from '../e2e/clients/docker-cli.ts';
import type { RunOptions } from '../e2e/clients/run.ts';
import { eventually } from '../e2e/eventually.ts';
import type { Step } from './transcript.ts';
import { exchange } from './wire/exchange.ts';
import type { WireAnswer } from './wire/wire-answer.ts';
import type { WireRequest } from './wire/wire-request.ts';

export type Scenario = (session: Session) => Promise<void>;

/** What a request has besides method and target. */
export type RequestParts = Omit<WireRequest, 'method' | 'target'>;

const settleMaxMs = 15_000;

/** One scenario at one host; whatever it asks is written down. */
export class Session {
  /** `ip:port` of the host. */
  readonly address: string;
  /** A folder of this machine for the scenario's files. */
  readonly folder: string;
  readonly dockerode: Docker;
  /** The docker CLI without a note: for preparing and for waiting. */
  readonly cli: DockerCli;
  readonly #steps: Step[] = [];

  constructor(address: string, dockerConfig: string) {
    const [host, port] = address.split(':');
    this.address = address;
    this.folder = mkdtempSync(join(tmpdir(), 'baleen-diff-'));
    this.dockerode = new Docker({ host, port, protocol: 'http' });
    this.cli = dockerCli(`tcp://${address}`, dockerConfig);
  }

  /** A request off the wire, noted as `METHOD target`. */
  async ask(method: string, target: string, parts: RequestParts = {}): Promise<WireAnswer> {
    const answer = await this.quietly(method, target, parts);
    this.#steps.push({ type: 'wire', request: `${method} ${readable(target)}`, answer });
    return answer;
  }

  /** The same without a note. */
  quietly(method: string, target: string, parts: RequestParts = {}): Promise<WireAnswer> {
    return exchange(this.address, { method, target, ...parts });
  }

  async docker(...args: readonly string[]): Promise<void> {
    await this.dockerWith({}, ...args);
  }

  /** Runs in the scenario's folder. */
  async dockerWith(options: RunOptions, ...args: readonly string[]): Promise<void> {
    const outcome = await this.cli.with({ cwd: this.folder, ...options }, ...args);
    this.#steps.push({ type: 'command', request: `docker ${args.join(' ').replaceAll(this.folder, '.')}`, outcome });
  }

  /** What a library's call resolved or rejected with. */
  async call(request: string, ask: () => Promise<unknown>): Promise<void> {
    const value = await ask().then((result) => JSON.parse(JSON.stringify(result ?? null)), rejection);
    this.#steps.push({ type: 'value', request: `dockerode ${request}`, value });
  }

  /** Waits, without a note, until a container is in a state (`exited`, `running`). */
  async settled(container: string, state: string): Promise<void> {
    await eventually(`${container} is ${state}`, settleMaxMs, async () => {
      const { body } = await this.quietly('GET', `/containers/${container}/json`);
      return body.toString('utf8').includes(`"Status":"${state}"`) ? true : undefined;
    });
  }

  /** Waits, without a note, until a container has printed a word. */
  async settledLog(container: string, word: string): Promise<void> {
    await eventually(`${container} has printed ${word}`, settleMaxMs, async () => {
      const { body } = await this.quietly('GET', `/containers/${container}/logs?stdout=1&stderr=1`);
      return body.includes(word) ? true : undefined;
    });
  }

  /** Removes, without a note, what requests that should have been refused may have made. */
  async clean(): Promise<void> {
    for (const kind of ['containers', 'networks', 'volumes']) await this.quietly('POST', `/${kind}/prune`);
  }

  /** Lets a second pass, so that objects made before and after have different times in every list. */
  async nextSecond(): Promise<void> {
    await sleep(1_000 - (Date.now() % 1_000) + 20);
  }

  /** What was noted so far. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** List queries as they were meant, where the target has them encoded well. */
function readable(target: string): string {
  return /%(?:7B|5B|22)/.test(target) ? decodeURIComponent(target) : target;
}

/** Of a failed call: what a program would look at. */
function rejection(error: unknown): unknown {
  const { statusCode, reason, json } = error as { statusCode?: number; reason?: string; json?: unknown };
  if (statusCode === undefined) throw error;
  return { statusCode, reason, json };
}
