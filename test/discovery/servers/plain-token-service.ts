import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePorts } from './free-ports.ts';

export type PlainTokenService = {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** What GET answers from now on. */
  entries: readonly string[];
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The least a private server needs to be a token service (spec 2.7): it answers GET with whatever it was given. */
export async function startPlainTokenService(path: string): Promise<PlainTokenService> {
  const [port = 0] = await freePorts(1);
  let server: Server | undefined;
  const service: PlainTokenService = {
    address: `127.0.0.1:${port}`,
    entries: [],
    start: async () => {
      server = createServer((request, response) => answer(request, response));
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    },
    stop: async () => {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    },
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET' && request.url === path) response.end(JSON.stringify(service.entries));
    else response.writeHead(404).end();
  };
  await service.start();
  return service;
}
