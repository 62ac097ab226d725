import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyFolder } from '#nats-keys';
import { spawnDyingWithUs } from '#service-shell';
import { findNatsServer } from './find-nats-server.mjs';
import { type ServerTls, serverConfig } from './server-config.ts';

export type EmbeddedNatsOptions = {
  /** `memory` = what the server keeps in `dir` is removed when it stops. */
  readonly storage: 'memory' | 'file';
  /** Folder for the store, the configuration and the log; made when missing. */
  readonly dir: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Folder of the keys whose credentials it takes, ours included (`KeyFolder`). Default: whoever reaches it needs none. */
  readonly keyFolder?: string;
  /** Its certificate; clients then speak TLS. Default: none. */
  readonly tls?: ServerTls;
};

export type EmbeddedNats = {
  /** For clients on this machine: `nats://127.0.0.1:<port>`, `tls://` where it speaks TLS. */
  readonly url: string;
  readonly pid: number;
  /** SIGTERM, then SIGKILL; resolves once it is gone. Idempotent. */
  stop(): Promise<void>;
  /** Resolves when the server has ended, asked to or not. */
  readonly exited: Promise<void>;
};

const ownerOnly = 0o600;
const startMaxMs = 15_000;
const stopMaxMs = 5_000;
const pollMs = 20;
const logTail = 2_000;
/** Half of the machine, which the services share: more threads of Go only look for work in vain (docs/performance.md). */
const coresOfServer = Math.max(1, Math.floor(availableParallelism() / 2));

/**
 * Starts a nats-server with JetStream on the loopback and resolves once it accepts clients. It ends with this process.
 * Rejects when there is no nats-server, or with what it wrote to its log when it does not start.
 */
export async function startEmbeddedNats(options: EmbeddedNatsOptions): Promise<EmbeddedNats> {
  const { storage, dir, host = '127.0.0.1', port = -1, keyFolder, tls } = options;
  const program = findNatsServer();
  if (program === undefined) {
    throw new Error('no nats-server 2.12 or later: put one on PATH, or run `node tools/bootstrap/nats-server.mjs` to fetch it');
  }
  mkdirSync(dir, { recursive: true });
  const folder = storage === 'memory' ? mkdtempSync(join(dir, 'nats-')) : dir;
  removePortsFiles(folder);
  const configFile = join(folder, 'nats-server.conf');
  // As it stands now: tokens may have been revoked since the last start.
  const trust = keyFolder === undefined ? undefined : await KeyFolder.open(keyFolder).trust(join(folder, 'accounts'));
  const text = serverConfig({ host, port, folder, ...(trust !== undefined && { trust }), ...(tls !== undefined && { tls }) });
  writeFileSync(configFile, text, { mode: ownerOnly });
  chmodSync(configFile, ownerOnly);
  const child = spawnDyingWithUs(program, ['-c', configFile], {
    stdio: 'ignore',
    env: { GOMAXPROCS: String(coresOfServer), ...process.env },
  });
  const ended = endOf(child);
  const clear = () => {
    if (storage === 'memory') rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = urlOf(await accepting(child, folder), host, tls === undefined ? 'nats' : 'tls');
    const exited = ended.then(clear);
    return { url, pid: child.pid ?? 0, stop: () => stopServer(child, exited), exited };
  } catch (error) {
    await stopServer(child, ended);
    const log = lastWords(folder);
    clear();
    throw new Error(`nats-server did not start: ${log}`, { cause: error });
  }
}

/** A server that listens everywhere names all its addresses; we take the one that never changes. */
function urlOf(accepting: string, host: string, scheme: 'nats' | 'tls'): string {
  const port = accepting.slice(accepting.lastIndexOf(':') + 1);
  const address = host === '0.0.0.0' || host === '::' ? `127.0.0.1:${port}` : accepting;
  return `${scheme}://${address}`;
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
}

async function stopServer(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const hurry = setTimeout(() => child.kill('SIGKILL'), stopMaxMs);
  await exited;
  clearTimeout(hurry);
}

/** Resolves with `host:port` once the server greets clients. */
async function accepting(child: ChildProcess, folder: string): Promise<string> {
  const deadlineMs = performance.now() + startMaxMs;
  for (;;) {
    const address = addressIn(folder);
    if (address !== undefined && (await greets(address))) return address;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended');
    if (performance.now() > deadlineMs) throw new Error(`it did not answer within ${startMaxMs} ms`);
    await sleep(pollMs);
  }
}

/** Where the server says it listens, `undefined` while it has not said so. */
function addressIn(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => name.endsWith('.ports'));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
  return /(?:nats|tls):\/\/([^"\s]+)/.exec(text)?.[1];
}

/** A server that was killed leaves its own behind. */
function removePortsFiles(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith('.ports')) rmSync(join(folder, name));
}

function greets(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`nats://${address}`);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    const answer = (greeted: boolean) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.once('data', () => answer(true));
    socket.once('error', () => answer(false));
    socket.setTimeout(pollMs * 10, () => answer(false));
  });
}

function lastWords(folder: string): string {
  const file = join(folder, 'nats-server.log');
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-logTail) : 'it wrote no log';
}
