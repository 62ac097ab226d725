import { createdId, type DockerApi, messageOf } from './docker-api.ts';

/** Clients that create a container, see it, and remove it, one after the other, until told to stop. */
export class CreateLoad {
  readonly errors: string[] = [];
  /** Rounds that went well. */
  rounds = 0;
  readonly #api: DockerApi;
  readonly #running: Promise<void>[];
  #isOver = false;
  #begun = 0;

  constructor(api: DockerApi, clients: number) {
    this.#api = api;
    this.#running = Array.from({ length: clients }, () => this.#loop());
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  async #loop(): Promise<void> {
    while (!this.#isOver) await this.#round(`load-${++this.#begun}`);
  }

  async #round(name: string): Promise<void> {
    try {
      const id = createdId(await this.#api.create(name));
      const seen = await this.#api.ask('GET', `/containers/${name}/json`);
      const removed = await this.#api.ask('DELETE', `/containers/${id}?force=1`);
      const wrong = [seen, removed].find(({ status }) => status >= 300);
      if (wrong === undefined) this.rounds += 1;
      else this.errors.push(`${name}: ${wrong.status} ${messageOf(wrong)}`);
    } catch (error) {
      this.errors.push(`${name}: ${String(error)}`);
    }
  }
}
