import type { SeededRandom } from '#testing';
import { createLabel } from '../check/checker.ts';
import { lookEverywhere } from '../check/sights.ts';
import type { ClientAnswer } from './sim-gateway.ts';
import type { World } from './world.ts';

const names = ['web', 'db', 'cache', 'job'] as const;
const ports = ['8080', '8081'] as const;
const memorySizes = [0, 0, 200, 400, 600] as const;
const groupLabel = 'com.docker.compose.project';

/** Answers by status and code, for the report. */
export type Tally = Map<string, number>;

/** Clients of a world: they create, remove and rename through whatever gateway lives, and remember what they were told. */
export class Clients {
  readonly tally: Tally = new Map();
  /** Acknowledged containers nobody asked to remove. */
  readonly #acknowledged: string[] = [];
  readonly #removalAsked = new Set<string>();
  readonly #world: World;
  readonly #random: SeededRandom;
  #creates = 0;
  #busy = 0;

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  /** Requests without an answer yet. */
  get busy(): number {
    return this.#busy;
  }

  /** One client that works until then. */
  async work(untilMs: number): Promise<void> {
    const { clock } = this.#world;
    while (clock.monotonicMs() < untilMs) {
      await clock.sleep(this.#random.between(0, 2_500));
      const dice = this.#random.fraction();
      if (dice < 0.65) await this.create(this.#randomCreate());
      else if (dice < 0.85) await this.#removeOne();
      else await this.#renameOne();
    }
  }

  async create(wanted: { name?: string; memoryBytes?: number; port?: string; group?: string }): Promise<ClientAnswer> {
    const { name = '', memoryBytes = 0, port, group } = wanted;
    this.#creates += 1;
    const number = String(this.#creates);
    const body = {
      Image: 'app',
      Labels: { [createLabel]: number, ...(group === undefined ? {} : { [groupLabel]: group }) },
      HostConfig: {
        Memory: memoryBytes,
        ...(port === undefined ? {} : { PortBindings: { '80/tcp': [{ HostPort: port }] } }),
      },
    };
    const what = `create ${number} ${name} ${memoryBytes} B${port === undefined ? '' : ` port ${port}`}`;
    const query = name === '' ? '' : `?name=${name}`;
    const answer = await this.#ask(what, 'POST', `/containers/create${query}`, JSON.stringify(body));
    if (answer.status === 201) {
      const { Id: id } = JSON.parse(answer.body) as { Id: string };
      this.#acknowledge(id);
      lookEverywhere(this.#world, { id, upTo: answer.upTo ?? 0 }, this.tally);
    }
    return answer;
  }

  /** Everything acknowledged is where it should be. */
  checkAcknowledged(): void {
    for (const id of this.#acknowledged) this.#world.checker.exists(id, this.#removalAsked.has(id));
  }

  async #removeOne(): Promise<void> {
    const id = this.#takeOne();
    if (id === undefined) return;
    this.#removalAsked.add(id);
    const { status, upTo = 0 } = await this.#ask(`remove ${id.slice(0, 6)}`, 'DELETE', `/containers/${id}`);
    if (status === 204) lookEverywhere(this.#world, { id, upTo }, this.tally);
  }

  async #renameOne(): Promise<void> {
    const id = this.#acknowledged.length === 0 ? undefined : this.#random.pick(this.#acknowledged);
    if (id === undefined) return;
    const name = this.#random.pick(names);
    await this.#ask(`rename ${id.slice(0, 6)} to ${name}`, 'POST', `/containers/${id}/rename?name=${name}`);
  }

  #takeOne(): string | undefined {
    if (this.#acknowledged.length === 0) return undefined;
    return this.#acknowledged.splice(this.#random.between(0, this.#acknowledged.length - 1), 1)[0];
  }

  #acknowledge(id: string): void {
    this.#world.checker.exists(id, this.#removalAsked.has(id));
    this.#acknowledged.push(id);
  }

  #randomCreate(): Parameters<Clients['create']>[0] {
    return {
      ...(this.#random.chance(0.6) ? { name: this.#random.pick(names) } : {}),
      memoryBytes: this.#random.pick(memorySizes),
      ...(this.#random.chance(0.3) ? { port: this.#random.pick(ports) } : {}),
      ...(this.#random.chance(0.15) ? { group: 'shop' } : {}),
    };
  }

  async #ask(what: string, method: string, path: string, body = ''): Promise<ClientAnswer> {
    const gateways = this.#world.gateways();
    if (gateways.length === 0) return { status: 0, body: '', code: 'no-gateway' };
    const gateway = this.#random.pick(gateways);
    this.#world.note(`> ${what} at ${gateway.process.name}`);
    this.#busy += 1;
    const answer = await gateway.ask(method, path, body);
    this.#busy -= 1;
    this.#world.note(`< ${what}: ${answer.status} ${answer.code} ${answer.body.slice(0, 160)}`);
    if (answer.code === 'defect') this.#world.checker.violated(`the gateway broke: ${answer.body}`);
    const row = `${method} ${path.includes('/rename') ? 'rename ' : ''}${answer.status} ${answer.code}`;
    this.tally.set(row, (this.tally.get(row) ?? 0) + 1);
    return answer;
  }
}
