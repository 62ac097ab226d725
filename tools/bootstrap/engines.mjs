/**
 * Installs what the testbed of real engines needs (Linux as root): two Debian root folders with dockerd, old and new, an image,
 * CLI plugins. On the machine itself only `machinePrograms` are installed. Run again it returns at once.
 * Plain JavaScript for the machine's own Node 20. Usage: node tools/bootstrap/engines.mjs
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall, debianMirror } from './apt.mjs';
import { buildImage } from './busybox-image.mjs';
import { programOnPath, run, say } from './commands.mjs';
import { provideDockerCli } from './docker-cli.mjs';
import { engineFolders, hasEngines, machinePrograms, roots, whyNoEngines } from './engine-folders.mjs';

const self = fileURLToPath(import.meta.url);
/** Another process may be installing the same: wait for it, then find everything in place. */
const lockWaitSeconds = 1_200;
/** Longer than branches with different package lists live side by side; a root folder takes half a gigabyte. */
const olderRootKeptMs = 7 * 24 * 3_600_000;
const debootstrapAttempts = 2;
const debootstrapTimeoutMs = 900_000;

/** Resolves when real engines can be started; rejects with what went wrong and where its log is. */
export async function provideEngines() {
  const reason = whyNoEngines();
  if (reason !== undefined) throw new Error(reason);
  if (hasEngines()) return;
  const { cache } = engineFolders();
  mkdirSync(cache, { recursive: true });
  const locked = ['-w', String(lockWaitSeconds), join(cache, 'engines.lock'), process.execPath, self, '--locked'];
  const { status, error } = spawnSync('flock', locked, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0)
    throw new Error(`the testbed's engines could not be installed${error === undefined ? '' : `: ${error.message}`}`);
}

async function installLocked() {
  if (hasEngines()) return;
  const folders = engineFolders();
  const logFolder = join(folders.cache, 'log');
  for (const folder of [logFolder, join(folders.cache, 'roots')]) mkdirSync(folder, { recursive: true });
  say('installing the engines of the testbed (about two minutes, once) …');
  const packages = Object.entries(machinePrograms).filter(([program]) => programOnPath(program) === undefined);
  if (packages.length > 0)
    await aptInstall(
      packages.map(([, name]) => name),
      join(logFolder, 'apt.log'),
    );
  const mirror = await debianMirror();
  await Promise.all([
    provideRoot(folders.old, roots.old, mirror, logFolder),
    provideRoot(folders.new, roots.new, mirror, logFolder),
  ]);
  await provideDockerCli(folders);
  await buildImage(folders.old, folders.image);
}

async function provideRoot(target, { suite, packages }, mirror, logFolder) {
  if (existsSync(target)) return;
  const logFile = join(logFolder, `debootstrap-${suite}.log`);
  const building = `${target}.building`;
  for (let attempt = 1; ; attempt += 1) {
    rmSync(building, { recursive: true, force: true });
    try {
      // Its own mount namespace: what debootstrap mounts goes away with it, also when it is interrupted.
      const debootstrap = ['debootstrap', '--variant=minbase', `--include=${packages.join(',')}`, suite, building, mirror];
      await run('unshare', ['--mount', ...debootstrap], { logFile, timeoutMs: debootstrapTimeoutMs });
      break;
    } catch (error) {
      if (attempt === debootstrapAttempts) throw error;
    }
  }
  rmSync(join(building, 'var/lib/apt/lists'), { recursive: true, force: true });
  rmSync(join(building, 'var/cache/apt/archives'), { recursive: true, force: true });
  renameSync(building, target);
  say(`  ${suite} is ready`);
  removeOlderRoots(target, suite);
}

/** Folders of an earlier package list. Another working tree on this machine may still run engines from one, so only old ones go. */
function removeOlderRoots(target, suite) {
  const folder = join(target, '..');
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(`${suite}-`) || name === basename(target) || name.endsWith('.building')) continue;
    if (Date.now() - statSync(path).ctimeMs > olderRootKeptMs) rmSync(path, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === self) {
  try {
    await (process.argv.includes('--locked') ? installLocked() : provideEngines());
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
