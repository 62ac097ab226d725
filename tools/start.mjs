/**
 * `npm start [-- <arguments of baleen manage>]`: provides nats-server, builds when sources are newer, and runs `baleen manage`.
 * `--demo [N]` boots N real engines (3 unless told) for it, and takes them down at the end (Linux, root).
 * Plain JavaScript: its parent is the machine's own Node 20.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../libs/embedded-nats/src/cache-folder.mjs';
import { build, toolEnvironment } from './bootstrap/build.mjs';
import { say } from './bootstrap/commands.mjs';
import { provideNatsServer } from './bootstrap/nats-server.mjs';

const root = projectFolder();
const node = join(root, 'node_modules/.bin/node');
const defaultEngines = 3;
/** Its own for every demo: two of them must not share engines, nor take each other's down. */
const demoBed = `demo-${process.pid}`;
/** What runs when no discovery argument is given: the engine of this machine. */
const localEngine = 'unix:///var/run/docker.sock';
/** Ctrl-C reaches us from the terminal and again from npm: the second within this time is the same one. */
const sameSignalMs = 1_000;

const lastSignalMs = new Map();
/** The child that signals are passed on to. */
let interruptible;

try {
  const { engines, args } = readArguments(process.argv.slice(2));
  await provideNatsServer();
  await build();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  process.exitCode = engines === undefined ? await manage(args) : await manageDemo(engines, args);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

function readArguments(given) {
  const at = given.findIndex((arg) => arg === '--demo' || arg.startsWith('--demo='));
  if (at < 0) return { engines: undefined, args: given };
  const inline = given[at].split('=')[1];
  const follows = inline === undefined && given[at + 1] !== undefined && !given[at + 1].startsWith('-');
  const count = inline ?? (follows ? given[at + 1] : String(defaultEngines));
  const engines = Number(count);
  if (!Number.isInteger(engines) || engines < 1 || engines > 20)
    throw new Error(`--demo takes a number of engines from 1 to 20, not '${count}'`);
  return { engines, args: given.toSpliced(at, follows ? 2 : 1) };
}

async function manageDemo(engines, args) {
  // What keeps Baleen from starting is said before the minute that engines take.
  const status = await manage(['--check', ...args, 'nodes://demo:2375'], { stdout: 'ignore' });
  if (status !== 0) return status;
  say(`booting ${engines} real ${engines === 1 ? 'engine' : 'engines'} (Docker 20.10 = old, 28 = new) …`);
  try {
    const shown = await testbed(['up', String(engines), 'mixed', '--owner', String(process.pid)]);
    process.stdout.write(shown);
    return await manage([...args, shown.trim().split('\n').at(-1)]);
  } finally {
    interruptible = undefined;
    await testbed(['down'], { detached: true });
  }
}

/** Resolves with its stdout; rejects when it fails, its own words having been shown. */
async function testbed(args, { detached = false } = {}) {
  const words = [join(root, 'tools/testbed.ts'), '--bed', demoBed, ...args];
  const child = spawn(node, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached });
  // Going down is not interruptible: Ctrl-C must not leave half a bed.
  if (!detached) interruptible = child;
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const status = await endOf(child);
  if (status !== 0) throw new Error(`the demo's engines: ${args[0]} failed`);
  return stdout;
}

/** Resolves with its exit code. In a process group of its own, so that it gets each signal once, from us. */
function manage(args, { stdout = 'inherit' } = {}) {
  const words = [join(root, 'dist/apps/cli/main.js'), 'manage', ...args];
  interruptible = spawn(node, words, {
    env: { ...toolEnvironment(), BALEEN_DEFAULT_DISCOVERY: localEngine },
    stdio: ['inherit', stdout, 'inherit'],
    detached: true,
  });
  return endOf(interruptible);
}

/** Resolves with the exit code, 128 + n when signal n ended it. */
function endOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? 128 + constants.signals[signal]));
  });
}

function forward(signal) {
  const nowMs = performance.now();
  if (nowMs - (lastSignalMs.get(signal) ?? -sameSignalMs) >= sameSignalMs)
    interruptible?.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  lastSignalMs.set(signal, nowMs);
}
