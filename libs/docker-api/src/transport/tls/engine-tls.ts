import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import type { Logger } from '#service-shell';
import type { TcpAddress, TlsAddress } from '../engine-address.ts';
import { type EngineTransportConfig, fleetTlsPaths } from '../engine-transport-config.ts';
import type { TlsPaths } from './tls-files.ts';
import { TlsMaterial } from './tls-material.ts';

/** What a TLS connection to one engine is made with. */
export type EngineTlsChoice = { readonly context: SecureContext; readonly verify: boolean };

/** Materials kept: one an engine with a folder of its own. */
const materialsMax = 10_000;

/** Which certificates are used towards which engine: those of the engine's own folder, else the fleet's. */
export class EngineTls {
  readonly #config: EngineTransportConfig;
  readonly #logger: Logger;
  readonly #materials = new Map<string, TlsMaterial>();

  constructor(config: EngineTransportConfig, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
  }

  /** Whether this engine is spoken to over TLS. A folder that comes or goes counts from the next connection on. */
  isWanted(address: TcpAddress | TlsAddress): boolean {
    return address.kind === 'tls' || this.#config.engineTls !== 'off' || this.#folderOf(address) !== undefined;
  }

  /** Throws an Error that names the files when they cannot be used and never could. */
  choiceFor(address: TcpAddress | TlsAddress): EngineTlsChoice {
    const fleet = fleetTlsPaths(this.#config);
    const folder = this.#folderOf(address);
    const paths = folder === undefined ? fleet : pathsIn(folder, fleet);
    // A CA that someone put there for this engine is meant to be checked against.
    const verify = this.#config.engineTls !== 'unverified' || (folder !== undefined && paths.ca !== fleet.ca);
    return { context: this.#material(paths, verify).context(), verify };
  }

  #folderOf({ host, port }: TcpAddress | TlsAddress): string | undefined {
    const { engineTlsDir } = this.#config;
    if (engineTlsDir === undefined || !isFolderName(host)) return undefined;
    const withPort = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return [withPort, host].map((name) => join(engineTlsDir, name)).find(isFolder);
  }

  #material(paths: TlsPaths, verify: boolean): TlsMaterial {
    const key = JSON.stringify([paths, verify]);
    const known = this.#materials.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#materials.keys();
    if (this.#materials.size >= materialsMax && oldest !== undefined) this.#materials.delete(oldest);
    const material = new TlsMaterial(paths, verify, this.#logger);
    this.#materials.set(key, material);
    return material;
  }
}

/** What the folder lacks is the fleet's; certificate and key come from one place. */
function pathsIn(folder: string, fleet: TlsPaths): TlsPaths {
  const here = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : undefined);
  const [ca, cert, key] = [here('ca.pem'), here('cert.pem'), here('key.pem')];
  const pair = cert === undefined && key === undefined ? { cert: fleet.cert, key: fleet.key } : { cert, key };
  return { ca: ca ?? fleet.ca, ...pair };
}

/** A host comes from discovery: it must not lead out of the folder. */
function isFolderName(host: string): boolean {
  return !host.includes('/') && host !== '.' && host !== '..';
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
