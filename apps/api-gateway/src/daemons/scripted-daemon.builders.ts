import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a fake daemon answers; `undefined` = 404 page not found. `isEndless`: nothing comes behind the body, not even its end. */
export type DaemonScript = (request: {
  method: string;
  path: string;
  /** Names of the header's fields, in lower case. */
  headers: string[];
  contentType: string | undefined;
  /** What the client sends; asked for before the answer, or never. */
  readBody(): Promise<string>;
}) => { status?: number; body: string; isEndless?: boolean } | undefined;

/** Listens on loopback; `asked` gets each request as `GET /info`. */
export async function openScriptedDaemon(script: DaemonScript, asked: string[]): Promise<{ address: string; close(): void }> {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const path = url.replace(/^\/v[\d.]+/, '');
    asked.push(`${method} ${path}`);
    const answer = script({
      method,
      path,
      headers: Object.keys(headers),
      contentType: headers['content-type'],
      readBody: () => text(request),
    });
    const { status = 200, body, isEndless } = answer ?? { status: 404, body: '{"message":"page not found"}', isEndless: false };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.write(body);
    if (isEndless !== true) response.end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
