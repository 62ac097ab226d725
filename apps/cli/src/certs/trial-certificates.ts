import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../flags/usage-error.ts';
import { CertificateAuthority, loopback, ownerOnly, ownerOnlyFolder } from './certificate-authority.ts';

export type TrialCertificates = {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  /** Folders as DOCKER_CERT_PATH names them. */
  readonly clients: readonly string[];
};

export type TrialWishes = {
  readonly folder: string;
  /** Names and addresses of the gateway, besides loopback; empty = `ownName`. */
  readonly hosts: readonly string[];
  /** Empty = one called client, when there is none yet. */
  readonly clients: readonly string[];
  readonly ownName: string;
};

/** Long enough to forget a trial, short enough that nobody builds on it. */
const trial = { name: 'Baleen trial CA', validDays: 365 };

const readableByAll = 0o644;

/** Makes what the folder lacks of a CA, a server's certificate and clients'; what is there stays. Throws UsageError where a wish would change it. */
export async function makeTrialCertificates({ folder, hosts, clients, ownName }: TrialWishes): Promise<TrialCertificates> {
  for (const host of hosts)
    demand(host, /^[A-Za-z0-9.*:-]+$/, '--host takes a name or an address, as in gateway.example or 10.0.0.1');
  for (const name of clients) demand(name, /^[A-Za-z0-9][A-Za-z0-9._@-]*$/, '--client takes letters, digits, and . _ @ -');
  const at = (...names: string[]) => join(folder, ...names);
  const made = { ca: at('ca.pem'), serverCert: at('server-cert.pem'), serverKey: at('server-key.pem') };
  const caKey = at('ca-key.pem');
  const isServerThere = existsSync(made.serverCert);
  if (isServerThere && hosts.length > 0)
    throw new UsageError(`${made.serverCert} exists and stays as it is: move it and its key away first`);
  const names = clients.length > 0 || isServerThere ? clients : ['client'];
  const folders = names.map((name) => at('clients', name));
  const taken = folders.find((path) => existsSync(path));
  if (taken !== undefined) throw new UsageError(`${taken} exists and stays as it is: name another client, or move it away first`);
  if (existsSync(made.ca) && !existsSync(caKey))
    throw new UsageError(`${made.ca} has no ${caKey} beside it to sign with: name another folder with --out`);

  mkdirSync(folder, { recursive: true, mode: ownerOnlyFolder });
  const work = mkdtempSync(at('.making-'));
  try {
    const authority = existsSync(made.ca)
      ? new CertificateAuthority(work, { cert: made.ca, key: caKey }, trial.validDays)
      : await newCa(work, made.ca, caKey);
    if (!isServerThere) {
      const pair = await authority.issue('server', {
        kind: 'server',
        hosts: [...(hosts.length > 0 ? hosts : [ownName]), ...loopback],
      });
      place(pair.key, made.serverKey, ownerOnly);
      place(pair.cert, made.serverCert, readableByAll);
    }
    for (const [index, name] of names.entries()) {
      const pair = await authority.issue(`client-${index}`, { kind: 'client', name });
      const path = at('clients', name);
      mkdirSync(path, { recursive: true, mode: ownerOnlyFolder });
      place(pair.key, join(path, 'key.pem'), ownerOnly);
      place(pair.cert, join(path, 'cert.pem'), readableByAll);
      place(made.ca, join(path, 'ca.pem'), readableByAll);
    }
  } finally {
    rmSync(work, { recursive: true });
  }
  return { ...made, clients: folders };
}

async function newCa(work: string, caPath: string, keyPath: string): Promise<CertificateAuthority> {
  const { authority, ca } = await CertificateAuthority.create(work, trial);
  place(ca.key, keyPath, ownerOnly);
  place(ca.cert, caPath, readableByAll);
  return authority;
}

/** Never over a file that is there. */
function place(from: string, to: string, mode: number): void {
  copyFileSync(from, to, constants.COPYFILE_EXCL);
  chmodSync(to, mode);
}

function demand(text: string, shape: RegExp, complaint: string): void {
  if (!shape.test(text)) throw new UsageError(`${complaint}, not ${JSON.stringify(text)}`);
}
