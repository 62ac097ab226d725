import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VersionWindow } from '#docker-api';
import { reboundName } from './rebound-name.ts';
import type { FixedAnswer } from './router.ts';

/** Ping and version, with every API version as a prefix. What comes beyond is answered without being kept. */
const urlsMax = 128;

type Kept = { readonly operation: string; readonly head: readonly string[]; readonly body: Buffer };

/** Answers that are the same for everybody as long as the advertised versions stay: pings above all, which clients send before each command. */
export class FixedAnswers {
  #window: VersionWindow | undefined;
  readonly #byUrl: { readonly GET: Map<string, Kept>; readonly HEAD: Map<string, Kept> } = { GET: new Map(), HEAD: new Map() };

  has(method: string | undefined, url: string | undefined): boolean {
    return this.#kept(method, url) !== undefined;
  }

  /**
   * Answers if the answer is known and `window` is what it was made with; the operation that was answered, or `undefined`. Everybody may know it but a page
   * under a name of its own, which is refused like all it asks for.
   */
  answer(request: IncomingMessage, window: VersionWindow, response: ServerResponse): string | undefined {
    const { method, url } = request;
    const kept = window === this.#window ? this.#kept(method, url) : undefined;
    if (kept === undefined || reboundName(request) !== undefined) return undefined;
    send(kept, method, response);
    return kept.operation;
  }

  /** Answers, and keeps the answer for the next who asks. */
  keep(
    method: string | undefined,
    url: string | undefined,
    window: VersionWindow,
    { operation, headers, body }: FixedAnswer & { readonly operation: string },
    response: ServerResponse,
  ): void {
    if (window !== this.#window) this.#forget(window);
    // A HEAD has always said 0, as engines do.
    const length = method === 'HEAD' ? 0 : body.length;
    const head = Object.entries({ ...headers, 'Content-Length': String(length) }).flat();
    const kept = { operation, head, body };
    const urls = this.#urlsOf(method);
    if (urls !== undefined && url !== undefined && urls.size < urlsMax) urls.set(url, kept);
    send(kept, method, response);
  }

  #forget(window: VersionWindow): void {
    this.#window = window;
    this.#byUrl.GET.clear();
    this.#byUrl.HEAD.clear();
  }

  #kept(method: string | undefined, url: string | undefined): Kept | undefined {
    return url === undefined ? undefined : this.#urlsOf(method)?.get(url);
  }

  #urlsOf(method: string | undefined): Map<string, Kept> | undefined {
    if (method === 'GET') return this.#byUrl.GET;
    return method === 'HEAD' ? this.#byUrl.HEAD : undefined;
  }
}

function send({ head, body }: Kept, method: string | undefined, response: ServerResponse): void {
  response.writeHead(200, head as string[]);
  if (method === 'HEAD') response.end();
  else response.end(body);
}
