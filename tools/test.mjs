/**
 * `npm test [-- unit e2e …] [--retry]`: installs what tests need, builds, and runs the test projects one after the other.
 * The last line of its output is `N passed, N failed, N skipped`. Plain JavaScript: its parent is the machine's own Node 20.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../libs/embedded-nats/src/cache-folder.mjs';
import { build, toolEnvironment } from './bootstrap/build.mjs';
import { whyNoEngines } from './bootstrap/engine-folders.mjs';
import { provideEngines } from './bootstrap/engines.mjs';
import { provideNatsServer } from './bootstrap/nats-server.mjs';
import { provideStores, whyNoStores } from './bootstrap/stores.mjs';

const root = projectFolder();
/**
 * In the order they run; what each needs before. Files of projects `beside` share the workers: one long file at the end of each would leave the
 * other worker idle. Projects `beneath` take, at the lowest priority, what one that waits leaves of the machine.
 */
const projects = [
  { name: 'unit', needs: [] },
  // Held load leaves most of the machine to what waits for leases, timeouts, stores and engines that are cut off.
  { name: 'contract', needs: ['nats'], beside: ['load', 'discovery', 'engine'] },
  { name: 'load', needs: ['nats', 'build'] },
  { name: 'discovery', folder: 'test/discovery', needs: ['nats', 'stores'], whyNot: whyNoStores },
  { name: 'sim', needs: [] },
  { name: 'engine', folder: 'test/engine', needs: ['engines'], whyNot: whyNoEngines, onEngines: true },
  {
    name: 'e2e',
    folder: 'test/e2e',
    needs: ['nats', 'build', 'engines'],
    whyNot: whyNoEngines,
    onEngines: true,
    beside: ['stack'],
  },
  {
    name: 'chaos',
    folder: 'test/chaos',
    needs: ['nats', 'build', 'engines'],
    whyNot: whyNoEngines,
    onEngines: true,
    // Their clocks are their own: what they find does not depend on how fast the machine is.
    beneath: ['sim'],
  },
  { name: 'clients', folder: 'test/clients', needs: ['nats', 'build', 'engines'], whyNot: whyNoEngines, onEngines: true },
  { name: 'stack', folder: 'test/stack', needs: ['nats', 'build', 'engines'], whyNot: whyNoEngines, onEngines: true },
];
const providers = {
  nats: provideNatsServer,
  build: async () => build({ always: true }),
  engines: provideEngines,
  stores: provideStores,
};
const providing = new Map();
/** No project takes longer; one that does hangs. */
const projectTimeoutMs = 3_600_000;
/** Of what meets real engines (vitest.config.ts), as the machine may be busy. */
const retries = 2;

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown =
  wanted.find((name) => !projects.some((project) => project.name === name)) ?? args.find((arg) => /^--(?!retry$)/.test(arg));
if (unknown !== undefined) {
  process.stderr.write(`unknown: ${unknown}. Usage: npm test [-- ${projects.map(({ name }) => name).join(' ')}] [--retry]\n`);
  process.exit(2);
}
const mayRetry = args.includes('--retry') || process.env.CI === 'true';

const isWanted = ({ name }) => wanted.length === 0 || wanted.includes(name);
/** What is not possible here says so by itself. */
const runs = (project) => isWanted(project) && !project.whyNot?.();
const besideOf = ({ beside = [] }) => projects.filter((other) => beside.includes(other.name) && runs(other));
const beneathOf = ({ beneath = [] }) => projects.filter((other) => beneath.includes(other.name) && runs(other));
const led = new Set(projects.flatMap((project) => (runs(project) ? [...besideOf(project), ...beneathOf(project)] : [])));
const results = [];
for (const project of projects) {
  if (!isWanted(project) || led.has(project)) continue;
  const lower = runs(project) ? beneathOf(project).map((other) => runProject(other, { isLowest: true })) : [];
  results.push(await runProject(project), ...(await Promise.all(lower)));
}
process.exitCode = report(results);

/** One of the lowest priority shows its output once it has ended, so that it is not mixed with another's. */
async function runProject(project, { isLowest = false } = {}) {
  const joint = [project, ...besideOf(project)];
  const names = joint.map(({ name }) => name);
  const name = names.join('+');
  const started = performance.now();
  const withSeconds = (result) => ({
    name,
    passed: 0,
    failed: 0,
    skipped: 0,
    failures: [],
    retried: [],
    ...result,
    seconds: (performance.now() - started) / 1000,
  });
  const reason = project.whyNot?.();
  if (reason !== undefined)
    return withSeconds({
      skipped: names.reduce((sum, each) => sum + countSpecs(folderOf(each)), 0),
      reason: `${reason}; counted in files`,
    });
  if (project.onEngines && countSpecs(project.folder) === 0) return withSeconds({});
  try {
    for (const need of joint.flatMap(({ needs }) => needs)) await provided(need);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return withSeconds({
      failed: 1,
      failures: [`${name}: what it needs could not be provided: ${error.message.split('\n')[0]}`],
    });
  }
  const title = `\n== ${name}\n`;
  if (!isLowest) process.stdout.write(title);
  const output = [title];
  const result = await runVitest(names, isLowest ? (text) => output.push(text) : undefined);
  if (isLowest) process.stdout.write(output.join(''));
  return withSeconds(result);
}

/** Each need is seen to once; its failure is every project's that needs it. */
function provided(need) {
  const known = providing.get(need) ?? providers[need]();
  providing.set(need, known);
  return known;
}

/** With `onOutput` at the lowest priority, so that what runs above it is not slowed down. */
function runVitest(names, onOutput) {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-test-'));
  const summaryFile = join(folder, 'summary.json');
  const options = [
    'run',
    ...names.flatMap((name) => ['--project', name]),
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=./tools/test/summary-reporter.ts',
  ];
  return new Promise((resolve) => {
    const vitest = [join(root, 'node_modules/.bin/vitest'), ...options];
    const [command, ...args] = onOutput === undefined ? vitest : ['nice', '-n', '19', ...vitest];
    const child = spawn(command, args, {
      cwd: root,
      env: { ...toolEnvironment(), BALEEN_TEST_SUMMARY: summaryFile, ...(mayRetry && { BALEEN_TEST_RETRIES: retries }) },
      stdio: onOutput === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      timeout: projectTimeoutMs,
    });
    for (const output of [child.stdout, child.stderr]) output?.setEncoding('utf8').on('data', onOutput);
    const forward = (signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    const end = (status) => {
      process.off('SIGTERM', forward);
      const summary = existsSync(summaryFile) ? JSON.parse(readFileSync(summaryFile, 'utf8')) : undefined;
      rmSync(folder, { recursive: true, force: true });
      resolve(judged(names.join('+'), status, summary));
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (status, signal) => end(signal ?? status));
  });
}

/** vitest may fail without a failed test to name: that counts as one. */
function judged(name, status, summary = { passed: 0, failed: 0, skipped: 0, failures: [], retried: [] }) {
  if (status === 0 || summary.failed > 0) return summary;
  return { ...summary, failed: 1, failures: [`${name}: vitest ended with ${status}`] };
}

function folderOf(name) {
  return projects.find((project) => project.name === name)?.folder;
}

function countSpecs(folder) {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path, { recursive: true }).filter((file) => file.endsWith('.spec.ts')).length : 0;
}

/** Prints the outcome of all projects; returns the exit code. */
function report(results) {
  const shown = results.filter(({ passed, failed, skipped }) => passed + failed + skipped > 0);
  const sum = (count) => shown.reduce((total, result) => total + result[count], 0);
  const lines = ['', '== summary'];
  for (const { name, passed, failed, skipped, seconds, reason } of shown) {
    const why = reason === undefined ? '' : ` (${reason})`;
    lines.push(`${name.padEnd(9)} ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(1)} s${why}`);
  }
  for (const { retried } of shown) for (const test of retried) lines.push(`needed a retry: ${test}`);
  for (const { failures } of shown) for (const test of failures) lines.push(`failed: ${test}`);
  lines.push(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  process.stdout.write(`${lines.join('\n')}\n`);
  return sum('failed') > 0 ? 1 : 0;
}
