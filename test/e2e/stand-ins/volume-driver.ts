import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Request = { readonly Name?: string };

/**
 * A volume driver that several engines share (Docker's plugin protocol over HTTP): it keeps the list of volumes and mounts every
 * one at `/tmp`. Each engine learns of it by a file `/etc/docker/plugins/<name>.spec` that holds `url`.
 */
export class SharedVolumeDriver {
  readonly url: string;
  readonly #server: ReturnType<typeof createServer>;
  readonly #volumes = new Set<string>();

  /** Listens on this address of the machine, which engines reach. */
  static async open(address: string): Promise<SharedVolumeDriver> {
    const server = createServer();
    server.listen(0, address);
    await once(server, 'listening');
    return new SharedVolumeDriver(server, address);
  }

  private constructor(server: ReturnType<typeof createServer>, address: string) {
    this.#server = server;
    this.url = `tcp://${address}:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  get volumes(): string[] {
    return [...this.#volumes];
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = this.#perform(request.url ?? '', text === '' ? {} : (JSON.parse(text) as Request));
    response.writeHead(200, { 'content-type': 'application/vnd.docker.plugins.v1.1+json' }).end(JSON.stringify(body));
  }

  #perform(path: string, { Name = '' }: Request): object {
    const described = (name: string) => ({ Name: name, Mountpoint: '/tmp', Status: {} });
    switch (path) {
      case '/Plugin.Activate':
        return { Implements: ['VolumeDriver'] };
      case '/VolumeDriver.Capabilities':
        return { Capabilities: { Scope: 'global' } };
      case '/VolumeDriver.Create':
        this.#volumes.add(Name);
        return { Err: '' };
      case '/VolumeDriver.Remove':
        return { Err: this.#volumes.delete(Name) ? '' : `no such volume: ${Name}` };
      case '/VolumeDriver.List':
        return { Volumes: this.volumes.map(described), Err: '' };
      case '/VolumeDriver.Get':
        return this.#volumes.has(Name) ? { Volume: described(Name), Err: '' } : { Err: `no such volume: ${Name}` };
      default:
        return { Mountpoint: '/tmp', Err: '' };
    }
  }
}
