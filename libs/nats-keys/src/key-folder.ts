import { hkdfSync } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { orderKeyBytes, orderKeyFileName, type ServiceParty, serviceParties } from '#contracts';
import { fleetAccountClaims, issueCredentials, issueSystemCredentials, operatorClaims, systemAccountClaims } from './claims.ts';
import { KeyRing } from './key-ring.ts';
import { newKeyRing } from './new-key-ring.ts';
import { serverTemplate } from './server-template.ts';
import { type ServerTrust, serverTrust } from './server-trust.ts';

/** In the data volume of nats-server's image. */
const imageAccountsDir = '/data/accounts';
/** Who seals and who believes what may be rescheduled (ADR 44). */
const orderingParties: readonly ServiceParty[] = ['api-gateway', 'scheduler'];
const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;
const readableByAll = 0o644;

/**
 * The keys of a fleet, as files of one folder for their owner only: `keys.json` (the ring), `creds/<party>/nats.creds` for each service with the key
 * of orders beside that of gateways and schedulers, and `server/` for nats-server,
 * which holds no secret (`nats.conf`, and `trust.conf` that it includes). The ring stays with who issues join tokens; a service or server is given its own
 * subfolder and no more, so each can be a volume.
 */
export class KeyFolder {
  readonly path: string;
  #ring: KeyRing;

  /** The folder's keys, made now if there are none. Throws with the file and the remedy when they cannot be read. */
  static async openOrMake(path: string, cluster: string): Promise<KeyFolder> {
    const kept = readRing(path);
    if (kept === undefined) return KeyFolder.#make(path, cluster);
    if (kept.cluster !== cluster)
      throw new Error(`${ringFile(path)} holds the keys of cluster ${kept.cluster}, not of ${cluster}: name another folder`);
    const folder = new KeyFolder(path, kept);
    // A newer version may let parties do more or less.
    await folder.#writeServerFolder();
    folder.#writeOrderKeys();
    return folder;
  }

  /** Throws when the folder has no keys. */
  static open(path: string): KeyFolder {
    const folder = KeyFolder.find(path);
    if (folder === undefined) throw new Error(`${path} holds no keys of a fleet: make them with baleen nats-keys --out ${path}`);
    return folder;
  }

  /** `undefined` where the folder has none. Throws when it has broken ones. */
  static find(path: string): KeyFolder | undefined {
    const kept = readRing(path);
    return kept && new KeyFolder(path, kept);
  }

  static async #make(path: string, cluster: string): Promise<KeyFolder> {
    const folder = new KeyFolder(path, newKeyRing(cluster));
    for (const party of serviceParties)
      write(folder.credentials(party), (await issueCredentials(folder.#ring, party, party)).text);
    write(folder.#systemCredentials, await issueSystemCredentials(folder.#ring));
    await folder.#writeServerFolder();
    folder.#writeOrderKeys();
    // Last: a folder with a ring is whole.
    folder.#keep();
    return folder;
  }

  private constructor(path: string, ring: KeyRing) {
    this.path = path;
    this.#ring = ring;
  }

  get ring(): KeyRing {
    return this.#ring;
  }

  /** Folder of a nats-server's configuration. */
  get serverFolder(): string {
    return join(this.path, 'server');
  }

  /** File with the credentials of a service. */
  credentials(party: ServiceParty): string {
    return credentialsFile(this.path, party);
  }

  get systemCredentials(): string {
    return readFileSync(this.#systemCredentials, 'utf8');
  }

  get #systemCredentials(): string {
    return join(this.path, 'creds', 'system', 'nats.creds');
  }

  /** Keeps a changed ring, and what the servers are to know of it from their next start on. */
  async change(ring: KeyRing): Promise<void> {
    this.#ring = ring;
    this.#keep();
    await this.#writeServerFolder();
  }

  accountClaims(): Promise<string> {
    return fleetAccountClaims(this.#ring);
  }

  /** `accountsDir`: where that server keeps claims that are pushed to it. */
  async trust(accountsDir: string): Promise<ServerTrust> {
    const [operator, system, fleet] = await Promise.all([
      operatorClaims(this.#ring),
      systemAccountClaims(this.#ring),
      this.accountClaims(),
    ]);
    return serverTrust({ operator, system, fleet }, accountsDir);
  }

  async #writeServerFolder(): Promise<void> {
    write(
      join(this.serverFolder, 'trust.conf'),
      `${JSON.stringify(await this.trust(imageAccountsDir), undefined, 2)}\n`,
      readableByAll,
    );
    write(join(this.serverFolder, 'nats.conf'), serverTemplate, readableByAll);
  }

  /** Beside the credentials of those who order: made of the operator's seed, so that it lasts as long as these keys do. */
  #writeOrderKeys(): void {
    const key = Buffer.from(hkdfSync('sha256', this.#ring.operatorSeed, '', 'baleen orders', orderKeyBytes)).toString('hex');
    for (const party of orderingParties) write(join(dirname(this.credentials(party)), orderKeyFileName), `${key}\n`);
  }

  #keep(): void {
    write(ringFile(this.path), `${JSON.stringify(this.#ring, undefined, 2)}\n`);
  }
}

/** Where a folder of keys has the credentials of a service. */
export function credentialsFile(keyFolder: string, party: ServiceParty): string {
  return join(keyFolder, 'creds', party, 'nats.creds');
}

function ringFile(path: string): string {
  return join(path, 'keys.json');
}

function readRing(path: string): KeyRing | undefined {
  const file = ringFile(path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = KeyRing.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} holds no keys of a fleet: restore it, or remove the folder and issue all credentials anew`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By a rename, so that a crash leaves a whole file or the one before. */
function write(file: string, text: string, mode = ownerOnly): void {
  mkdirSync(dirname(file), { recursive: true, mode: ownerOnlyFolder });
  writeFileSync(`${file}.new`, text, { mode });
  chmodSync(`${file}.new`, mode);
  renameSync(`${file}.new`, file);
}
