/**
 * One process at a time installs or builds in a working tree. The lock is the kernel's (flock): it ends with whoever holds it, however
 * they end, so none is ever left behind. Plain JavaScript for the machine's own Node 20.
 */
import { spawn } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { say } from './commands.mjs';

/** No install or build takes longer, so nobody waits longer either. */
const workMaxMs = 1_200_000;
/** Where children have the lock: the first descriptor after stdio. */
const lockDescriptor = 3;

/**
 * Does `work(run)` while no other process works in this tree; says so when it has to wait, and for whom. `run(program, args, { cwd, env })`
 * resolves with `{ status, output }`. What it runs holds the lock too: when we are killed and it is not, the next one waits for its end.
 */
export async function whileTreeIsOurs(project, work) {
  mkdirSync(join(project, '.cache'), { recursive: true });
  // Not within node_modules: npm ci would remove it, and the next one lock another file of this name.
  const file = join(project, '.cache', 'tree.lock');
  const descriptor = openSync(file, 'a');
  try {
    await takeLock(descriptor, file);
    return await work((program, args, options) => runHolding(descriptor, program, args, options));
  } finally {
    closeSync(descriptor);
  }
}

async function takeLock(descriptor, file) {
  if (await flock(descriptor, ['-n'])) return;
  const holder = readFileSync(file, 'utf8').trim() || 'another process';
  say(`${holder} is at work in this folder: waiting for its end …`);
  if (!(await flock(descriptor, [])))
    throw new Error(`${holder} did not end within ${workMaxMs / 60_000} minutes: end it, then try again`);
}

/** flock(1) locks the open file that it shares with us, and ends; the lock stays as long as one of its descriptors is open. */
function flock(descriptor, options) {
  const child = spawn('flock', [...options, String(lockDescriptor)], {
    stdio: ['ignore', 'ignore', 'inherit', descriptor],
    timeout: workMaxMs,
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      if (error.code !== 'ENOENT') return reject(error);
      say('there is no flock here (util-linux): let nothing else install or build in this folder meanwhile');
      resolve(true);
    });
    child.once('close', (status) => resolve(status === 0));
  });
}

/** In a process group of its own, all of which a signal to us ends at once: what npm or a builder leaves is done anew, not tidied up. */
function runHolding(descriptor, program, args, { cwd, env }) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', descriptor], detached: true });
  ftruncateSync(descriptor);
  writeSync(descriptor, `${[program.split('/').at(-1), ...args.slice(0, 1)].join(' ')} (process ${child.pid})`);
  const endGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      // It has just ended by itself.
      if (error.code !== 'ESRCH') throw error;
    }
  };
  const endWithUs = (signal) => {
    endGroup();
    process.exit(128 + constants.signals[signal]);
  };
  const timer = setTimeout(endGroup, workMaxMs);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, endWithUs);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status: status ?? signal, output }));
  }).finally(() => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, endWithUs);
  });
}
