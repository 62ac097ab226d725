import { X509Certificate } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { CertificateAuthority, loopback, ownerOnly, ownerOnlyFolder } from './certificate-authority.ts';

/** PEM files. */
export type ServerCertificate = { readonly caFile: string; readonly certFile: string; readonly keyFile: string };

const dayMs = 24 * 60 * 60_000;
/** One that ends sooner is made anew: it must outlast the time until somebody starts the server again. */
const restMinMs = 90 * dayMs;
/** The authority is in the join tokens of agents, which last a year: none may outlast it. */
const authority = { name: 'Baleen NATS CA', validDays: 3_650 };
const authorityRestMinMs = 400 * dayMs;
const serverValidDays = 365;

/**
 * A server's certificate by a CA of its own, kept in the folder. Made anew under the same CA when it lacks one of the hosts or nears its end;
 * the CA itself only when it nears its own, since agents have it in their tokens. Throws UsageError where openssl is missing or refuses.
 */
export async function keptServerCertificate(folder: string, hosts: readonly string[], nowMs: number): Promise<ServerCertificate> {
  const at = (name: string) => join(folder, name);
  const made = { caFile: at('ca.pem'), certFile: at('server-cert.pem'), keyFile: at('server-key.pem') };
  const caKey = at('ca-key.pem');
  const wanted = [...hosts, ...loopback];
  mkdirSync(folder, { recursive: true, mode: ownerOnlyFolder });
  const isCaKept = existsSync(made.caFile) && lasts(made.caFile, nowMs, authorityRestMinMs);
  if (isCaKept && existsSync(made.certFile) && lasts(made.certFile, nowMs, restMinMs) && names(made.certFile, wanted))
    return made;
  const work = mkdtempSync(at('.making-'));
  try {
    if (!isCaKept) {
      const { ca } = await CertificateAuthority.create(work, authority);
      place(ca.key, caKey);
      place(ca.cert, made.caFile);
    }
    const issuer = new CertificateAuthority(work, { cert: made.caFile, key: caKey }, serverValidDays);
    const pair = await issuer.issue('server', { kind: 'server', hosts: wanted });
    place(pair.key, made.keyFile);
    place(pair.cert, made.certFile);
  } finally {
    rmSync(work, { recursive: true });
  }
  return made;
}

function lasts(file: string, nowMs: number, minMs: number): boolean {
  return new X509Certificate(readFileSync(file)).validToDate.getTime() - nowMs > minMs;
}

function names(file: string, hosts: readonly string[]): boolean {
  const certificate = new X509Certificate(readFileSync(file));
  return hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined);
}

/** By a rename, so that a server never reads half of it. */
function place(from: string, to: string): void {
  copyFileSync(from, `${to}.new`);
  chmodSync(`${to}.new`, ownerOnly);
  renameSync(`${to}.new`, to);
}
