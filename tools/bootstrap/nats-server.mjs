/**
 * Fetches a nats-server into the cache when this machine has none that is new enough: from Docker's own image, else from Debian sid.
 * Plain JavaScript for the machine's own Node 20. Usage: node tools/bootstrap/nats-server.mjs (prints its path)
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedNatsServer, findNatsServer, isUsable, oldestNatsServer } from '../../libs/embedded-nats/src/find-nats-server.mjs';
import { unpackPackages } from './apt.mjs';
import { programOnPath, run, say } from './commands.mjs';

const image = 'nats:2';
const engineTimeoutMs = 5_000;
const pullTimeoutMs = 120_000;

/** Resolves with the path of a usable nats-server; rejects with every way that failed and the remedy. */
export async function provideNatsServer() {
  const found = findNatsServer();
  if (found !== undefined) return found;
  say('fetching nats-server (once) …');
  const failures = [];
  for (const [source, fetchInto] of [
    ['Docker image', fromDockerImage],
    ['Debian sid', fromDebian],
  ]) {
    const work = mkdtempSync(join(tmpdir(), 'baleen-nats-'));
    try {
      return install(await fetchInto(work));
    } catch (error) {
      failures.push(`  ${source}: ${error.message}`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const version = oldestNatsServer.join('.');
  throw new Error(
    `no nats-server ${version} or later could be found or fetched:\n${failures.join('\n')}\nPut one on PATH and try again.`,
  );
}

/** In place by a rename, so that nobody runs half of it. */
function install(program) {
  const target = cachedNatsServer();
  mkdirSync(dirname(target), { recursive: true });
  const building = `${target}.${process.pid}`;
  copyFileSync(program, building);
  chmodSync(building, 0o755);
  if (!isUsable(building)) {
    rmSync(building);
    throw new Error('the server that was fetched is too old or does not run on this machine');
  }
  renameSync(building, target);
  return target;
}

async function fromDockerImage(work) {
  const docker = programOnPath('docker');
  if (docker === undefined) throw new Error('there is no docker CLI');
  await run(docker, ['version'], { timeoutMs: engineTimeoutMs });
  const container = (await run(docker, ['create', image], { timeoutMs: pullTimeoutMs })).trim().split('\n').at(-1);
  try {
    await run(docker, ['cp', `${container}:/nats-server`, work], { timeoutMs: pullTimeoutMs });
  } finally {
    await run(docker, ['rm', container], { timeoutMs: engineTimeoutMs });
  }
  return join(work, 'nats-server');
}

async function fromDebian(work) {
  await unpackPackages({ suites: ['sid'], packages: ['nats-server'], work });
  return join(work, 'unpacked/usr/sbin/nats-server');
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${await provideNatsServer()}\n`);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
