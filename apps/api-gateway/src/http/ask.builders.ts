import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
};

export type Asked = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

const agent = new Agent({ keepAlive: true });

/** As `fetch` for a third of the CPU, as specs of the gateway ask thousands of times. A body is JSON unless a header says otherwise; redirects are not followed. */
export async function ask(url: string, { method = 'GET', headers = {}, body, signal }: Asked = {}): Promise<Answer> {
  const ofBody = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(
      new URL(url),
      { agent, method, headers: { ...ofBody, ...headers }, ...(signal && { signal }) },
      resolve,
    );
    asked.on('error', reject).end(body);
  });
  const said = await text(answer);
  return {
    status: answer.statusCode ?? 0,
    headers: new Headers(answer.headers as Record<string, string>),
    text: said,
    json: () => JSON.parse(said) as Record<string, unknown>,
  };
}
