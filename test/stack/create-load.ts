import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type LoadTarget = {
  readonly host: string;
  readonly port: number;
  /** Folder of a client, as DOCKER_CERT_PATH names it. */
  readonly certificates: string;
};

type Outcome = { readonly requests: number; readonly failures: readonly string[] };

const clients = 2;
const pauseMs = 50;

/** Clients that list, create, inspect and remove, each request on a connection of its own, until stopped. */
export class CreateLoad {
  readonly #target: LoadTarget;
  readonly #tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  readonly #working: Promise<void>[];
  readonly #failures: string[] = [];
  #requests = 0;
  #stopped = false;

  constructor(target: LoadTarget) {
    this.#target = target;
    const file = (name: string) => readFileSync(join(target.certificates, name));
    this.#tls = { ca: file('ca.pem'), cert: file('cert.pem'), key: file('key.pem') };
    this.#working = Array.from({ length: clients }, (_, index) => this.#work(index));
  }

  async stop(): Promise<Outcome> {
    this.#stopped = true;
    await Promise.all(this.#working);
    return { requests: this.#requests, failures: this.#failures };
  }

  async #work(client: number): Promise<void> {
    for (let round = 0; !this.#stopped; round += 1) {
      const name = `load-${client}-${round}`;
      await this.#ask('GET', '/containers/json');
      await this.#ask('POST', `/containers/create?name=${name}`, { Image: 'busybox', Cmd: ['true'] });
      await this.#ask('GET', `/containers/${name}/json`);
      await this.#ask('DELETE', `/containers/${name}`);
      await sleep(pauseMs);
    }
  }

  async #ask(method: string, path: string, body?: unknown): Promise<void> {
    this.#requests += 1;
    try {
      const { status, text } = await this.#answer(method, path, body);
      if (status >= 400) this.#failures.push(`${method} ${path}: ${status} ${text}`);
    } catch (error) {
      this.#failures.push(`${method} ${path}: ${String(error)}`);
    }
  }

  #answer(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }> {
    const { host, port } = this.#target;
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
      const asked = request({ host, port, method, path, headers, agent: false, ...this.#tls }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text })).once('error', reject);
      });
      asked.once('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
