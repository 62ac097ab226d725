import type { Server, ServerOptions } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { readTlsFiles, signatureOf, type TlsPaths } from '#docker-api';
import { type EndpointConfig, endpointTlsPaths, endpointTlsProblems } from '#endpoint';
import { type Clock, ConfigError, type Logger, SettledWatch } from '#service-shell';

export type EndpointTlsDeps = { readonly clock: Clock; readonly logger: Logger };

/** A client that takes longer is none, or far away on a bad day; until then it holds one of the connections. */
const handshakeTimeoutMs = 20_000;

/** TLS of a gateway's listeners. Files that change are read again and count from the next connection on; ones that cannot be used leave those before in force. */
export class EndpointTls {
  readonly #paths: TlsPaths;
  readonly #demandsCertificates: boolean;
  readonly #deps: EndpointTlsDeps;
  readonly #servers = new Set<Server>();
  #material: SecureContextOptions;
  readonly #watch: SettledWatch;

  /** `undefined` when the endpoint is to be plain. Throws ConfigError when the files cannot be used. */
  static open(config: EndpointConfig, deps: EndpointTlsDeps): EndpointTls | undefined {
    if (config.tls === 'off') return undefined;
    const problems = endpointTlsProblems(config);
    if (problems.length > 0) throw new ConfigError(problems);
    return new EndpointTls(config, deps);
  }

  private constructor(config: EndpointConfig, deps: EndpointTlsDeps) {
    this.#paths = endpointTlsPaths(config);
    this.#demandsCertificates = config.tls === 'verify';
    this.#deps = deps;
    this.#watch = new SettledWatch(
      deps.clock,
      () => signatureOf(this.#paths),
      () => this.#readAnew(),
    );
    const { contents, problems } = readTlsFiles(this.#paths);
    if (problems.length > 0) throw new ConfigError(problems);
    this.#material = materialOf(contents);
    this.#watch.start();
  }

  /** What a server is made with; `follow` gives it what comes later. */
  get serverOptions(): ServerOptions {
    return {
      ...this.#material,
      requestCert: this.#demandsCertificates,
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: handshakeTimeoutMs,
    };
  }

  /** Renewed certificates reach this server until it closes. */
  follow(server: Server): void {
    this.#servers.add(server);
    server.once('close', () => this.#servers.delete(server));
  }

  stop(): void {
    this.#watch.stop();
  }

  #readAnew(): void {
    const { contents, problems } = readTlsFiles(this.#paths);
    if (problems.length > 0) {
      this.#deps.logger.error({ files: this.#paths, problems }, 'changed certificates cannot be used: the ones before stay');
      return;
    }
    this.#material = materialOf(contents);
    for (const server of this.#servers) server.setSecureContext(this.#material);
    this.#deps.logger.info({ files: this.#paths }, 'certificates were read anew');
  }
}

function materialOf(contents: ReturnType<typeof readTlsFiles>['contents']): SecureContextOptions {
  return { ca: contents.ca, cert: contents.cert, key: contents.key, minVersion: 'TLSv1.2' };
}
