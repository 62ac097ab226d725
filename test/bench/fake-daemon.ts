import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FakeDaemonOptions = {
  readonly name: string;
  readonly containers: number;
  readonly images?: number;
};

/** As much of a daemon over HTTP as a monitor asks for, so that many fit into one process. It counts what it is asked. */
export class FakeDaemon {
  readonly address: string;
  /** Requests by path without ids and queries. */
  readonly asked = new Map<string, number>();
  readonly #server: Server;
  readonly #options: FakeDaemonOptions;
  readonly #streams = new Set<ServerResponse>();
  readonly #startedAtMs = Date.now();
  readonly #images: string;
  #serial = 0n;

  static async open(options: FakeDaemonOptions): Promise<FakeDaemon> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new FakeDaemon(server, options);
  }

  private constructor(server: Server, options: FakeDaemonOptions) {
    this.#server = server;
    this.#options = options;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const images = Array.from({ length: options.images ?? 20 }, (_, index) => ({
      Id: `sha256:${index}`,
      RepoTags: [`app-${index}:latest`],
      Created: 1_700_000_000,
      Size: 1_000_000,
    }));
    this.#images = JSON.stringify(images);
    server.on('request', (request, response) => this.#answer(request, response));
  }

  get requests(): number {
    return [...this.asked.values()].reduce((sum, count) => sum + count, 0);
  }

  /** One event about container number `container`, at once. */
  say(action: string, container: number): void {
    this.#serial += 1n;
    const timeNano = BigInt(Date.now()) * 1_000_000n + (this.#serial % 1_000_000n);
    const actor = `{"ID":"${idOf(container)}","Attributes":{"image":"app","name":"web-${container}"}}`;
    const line = `{"Type":"container","Action":"${action}","Actor":${actor},"time":${Math.trunc(Date.now() / 1_000)},"timeNano":${timeNano}}\n`;
    for (const stream of this.#streams) stream.write(line);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [path = ''] = (request.url ?? '').replace(/^\/v[\d.]+/, '').split('?');
    const kind = path.replace(/[0-9a-f]{64}/, '<id>');
    this.asked.set(kind, (this.asked.get(kind) ?? 0) + 1);
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      return;
    }
    const only = /"id":\["([0-9a-f]+)"\]/.exec(decodeURIComponent(request.url ?? ''))?.[1];
    const body = this.#body(path, only);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(body ?? '{"message":"no such thing"}');
  }

  #body(path: string, only: string | undefined): string | undefined {
    const { name, containers } = this.#options;
    switch (path) {
      case '/_ping':
        return 'OK';
      case '/version':
        return '{"ApiVersion":"1.51","MinAPIVersion":"1.24","Version":"28.0.0"}';
      case '/info':
        return JSON.stringify({ ID: name, Name: name, NCPU: 8, MemTotal: 2 ** 34, OSType: 'linux', SystemTime: new Date() });
      case '/containers/json':
        return `[${this.#rows(only, containers).join(',')}]`;
      case '/images/json':
        return this.#images;
      case '/networks':
        return '[{"Id":"n1","Name":"bridge","Driver":"bridge","Scope":"local"}]';
      case '/volumes':
        return '{"Volumes":null,"Warnings":null}';
      default:
        return this.#inspection(/^\/containers\/([0-9a-f]+)\/json$/.exec(path)?.[1]);
    }
  }

  #rows(only: string | undefined, containers: number): string[] {
    const numbers = only === undefined ? Array.from({ length: containers }, (_, index) => index) : [Number.parseInt(only, 16)];
    const upMinutes = Math.trunc((Date.now() - this.#startedAtMs) / 60_000);
    const status =
      upMinutes < 1 ? `Up ${Math.trunc((Date.now() - this.#startedAtMs) / 1_000)} seconds` : `Up ${upMinutes} minutes`;
    return numbers.map((number) =>
      JSON.stringify({
        Id: idOf(number),
        Names: [`/web-${number}`],
        Image: 'app',
        ImageID: 'sha256:0',
        Created: Math.trunc(this.#startedAtMs / 1_000),
        Ports: [],
        Labels: { 'com.example.stack': 'bench' },
        State: 'running',
        Status: upMinutes === 1 ? 'Up About a minute' : status,
        HostConfig: { NetworkMode: 'default' },
        NetworkSettings: { Networks: {} },
        Mounts: [],
      }),
    );
  }

  #inspection(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    return JSON.stringify({
      Id: id,
      Image: 'sha256:0',
      State: { Status: 'running', StartedAt: new Date(this.#startedAtMs).toISOString() },
      Config: { Image: 'app', Labels: { 'com.example.stack': 'bench' } },
      HostConfig: { NetworkMode: 'default', Memory: 2 ** 28 },
    });
  }
}

function idOf(container: number): string {
  return container.toString(16).padStart(64, '0');
}
