import type { TestEngine } from '#testing';
import { createdId, type DockerApi, messageOf } from './docker-api.ts';

/** What clients asked for and what they were told, for comparing with the engines' own word afterwards. */
export class Creates {
  readonly #prefix: string;
  readonly #asked: string[] = [];
  readonly #acknowledged = new Map<string, string>();
  readonly #errors: string[] = [];

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** Every answer that was no 201, and every connection that ended without one. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** One create under a name of its own; an error is noted, not thrown. */
  async create(api: DockerApi, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const name = `${this.#prefix}-${this.#asked.length}`;
    this.#asked.push(name);
    try {
      const answer = await api.create(name, more);
      if (answer.status === 201) this.#acknowledged.set(name, createdId(answer));
      else this.#errors.push(`${name}: ${answer.status} ${messageOf(answer)}`);
    } catch (error) {
      this.#errors.push(`${name}: ${String(error)} ${String((error as Error).cause ?? '')}`);
    }
  }

  /**
   * What is wrong on the engines: an acknowledged container that is nowhere, under another id or twice, or any name twice.
   * Containers of refused or unanswered creates may exist: nobody was promised otherwise.
   */
  async faults(engines: readonly TestEngine[]): Promise<string[]> {
    const held = await heldBy(engines, this.#prefix);
    return this.#asked.flatMap((name) => {
      const ids = held.get(name) ?? [];
      const promised = this.#acknowledged.get(name);
      if (ids.length > 1) return [`${name} exists ${ids.length} times: ${ids.join(' ')}`];
      if (promised !== undefined && ids[0] !== promised)
        return [`${name} was acknowledged as ${promised} but is ${ids[0] ?? 'nowhere'}`];
      return [];
    });
  }
}

async function heldBy(engines: readonly TestEngine[], prefix: string): Promise<Map<string, string[]>> {
  const held = new Map<string, string[]>();
  for (const engine of engines) {
    const lines = await engine.docker('ps', '-a', '--no-trunc', '--filter', `name=${prefix}-`, '--format', '{{.Names}} {{.ID}}');
    for (const line of lines.split('\n').filter((text) => text !== '')) {
      const [name = '', id = ''] = line.split(' ');
      held.set(name, [...(held.get(name) ?? []), id]);
    }
  }
  return held;
}
