/**
 * Builds the apps when dist is missing or older than a source. Plain JavaScript for the machine's own Node 20.
 * Usage: node tools/bootstrap/build.mjs
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../../libs/embedded-nats/src/cache-folder.mjs';
import { say } from './commands.mjs';

const project = projectFolder();
const binFolder = join(project, 'node_modules', '.bin');
const sources = ['apps', 'libs', 'package.json', 'nest-cli.json', 'rspack.config.mjs'];
const buildTimeoutMs = 600_000;

/** The environment in which the tree's own Node and tools come first. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${binFolder}${delimiter}${process.env['PATH'] ?? ''}` };
}

/** Throws when the build fails; what it printed is shown then. */
export function build({ always = false } = {}) {
  if (!always && isFresh()) return;
  say('building …');
  const { status, stdout, stderr, error } = spawnSync(join(binFolder, 'nest'), ['build', '--all'], {
    cwd: project,
    env: toolEnvironment(),
    encoding: 'utf8',
    timeout: buildTimeoutMs,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  throw new Error(`the build failed${error === undefined ? '' : `: ${error.message}`}`);
}

/** Every app's bundle is there and younger than every source. */
function isFresh() {
  const bundles = readdirSync(join(project, 'apps'))
    .filter((app) => existsSync(join(project, 'apps', app, 'src')))
    .map((app) => join(project, 'dist/apps', app, isPage(app) ? 'index.html' : 'main.js'));
  if (!bundles.every((bundle) => existsSync(bundle))) return false;
  const oldest = Math.min(...bundles.map((bundle) => statSync(bundle).mtimeMs));
  return sources.every((source) => newest(join(project, source)) <= oldest);
}

function isPage(app) {
  return existsSync(join(project, 'apps', app, 'src/index.html'));
}

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return path.endsWith('.spec.ts') ? 0 : stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    build();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
