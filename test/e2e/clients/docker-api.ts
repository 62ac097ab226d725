/** An answer of the Docker API; `body` is the parsed JSON, or the text when it is none. */
export type ApiAnswer = { readonly status: number; readonly body: unknown; readonly text: string };

export type ApiContainer = {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Status: string;
};

/** Longer than a request is held through any fail-over (15 s), so that what is seen is the gateway's answer. */
const answerMaxMs = 40_000;

/** The Docker API of one host (`http://address`), without a client's own behaviour in between. */
export class DockerApi {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Rejects only when no answer came: the connection failed, or it took too long. */
  async ask(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      signal: AbortSignal.timeout(answerMaxMs),
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text), text };
  }

  /** A container of busybox that would sleep; with `name` ''  the engine names it. */
  create(name: string, more: Readonly<Record<string, unknown>> = {}): Promise<ApiAnswer> {
    const query = name === '' ? '' : `?name=${encodeURIComponent(name)}`;
    return this.ask('POST', `/containers/create${query}`, { Image: 'busybox', Cmd: ['sleep', '600'], ...more });
  }

  /** All containers, stopped ones included. */
  async containers(): Promise<ApiContainer[]> {
    return (await this.wanted('GET', '/containers/json?all=1')) as ApiContainer[];
  }

  /** `SystemStatus` of `/info`: rows as classic Swarm had them. */
  async statusRows(): Promise<[string, string][]> {
    return ((await this.wanted('GET', '/info')) as { SystemStatus: [string, string][] }).SystemStatus;
  }

  /** The body of a successful answer; rejects with the message of any other. */
  async wanted(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }
}

/** Docker's error text in an answer. */
export function messageOf(answer: ApiAnswer): string {
  return (answer.body as { message?: string } | undefined)?.message ?? answer.text;
}

/** Id in the answer to a create. Throws with the message when it was refused. */
export function createdId(answer: ApiAnswer): string {
  if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${messageOf(answer)}`);
  return (answer.body as { Id: string }).Id;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
