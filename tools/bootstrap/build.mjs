/**
 * Builds the apps when dist is missing, unfinished or older than a source, one at a time. Plain JavaScript for the machine's own Node 20.
 * Usage: node tools/bootstrap/build.mjs
 */
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../../libs/embedded-nats/src/cache-folder.mjs';
import { say } from './commands.mjs';
import { whileTreeIsOurs } from './tree-lock.mjs';

const project = projectFolder();
const binFolder = join(project, 'node_modules', '.bin');
const sources = ['apps', 'libs', 'package.json', 'nest-cli.json', 'rspack.config.mjs'];
/** Stands there while a build runs; one that was killed leaves it. bin/baleen looks for it too. */
const unfinished = join(project, 'dist', '.building');

/** The environment in which the tree's own Node and tools come first. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${binFolder}${delimiter}${process.env['PATH'] ?? ''}` };
}

/** Rejects when the build fails, with what it printed. */
export async function build({ always = false } = {}) {
  if (!always && isFresh()) return;
  await whileTreeIsOurs(project, async (run) => {
    // Whom we waited for has built.
    if (!always && isFresh()) return;
    say('building …');
    mkdirSync(join(project, 'dist'), { recursive: true });
    writeFileSync(unfinished, '');
    const { status, output } = await run(join(binFolder, 'nest'), ['build', '--all'], { cwd: project, env: toolEnvironment() });
    if (status !== 0) throw new Error(`${output}the build failed: nest ended with ${status}`);
    rmSync(unfinished);
  });
}

/** Every app's bundle is there, whole, and younger than every source. */
function isFresh() {
  const bundles = readdirSync(join(project, 'apps'))
    .filter((app) => existsSync(join(project, 'apps', app, 'src')))
    .map((app) => join(project, 'dist/apps', app, isPage(app) ? 'index.html' : 'main.js'));
  if (existsSync(unfinished) || !bundles.every((bundle) => existsSync(bundle))) return false;
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
    await build();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
