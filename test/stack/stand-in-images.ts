import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findNatsServer } from '#embedded-nats';
import type { TestEngine } from '#testing';
import { run } from '../e2e/support/run.ts';

/**
 * Base images cannot be pulled where the tests run, so stand-ins are imported under the tags that the shipped files name:
 * busybox, the program with the libraries it needs, and for Node npm with a filled cache.
 */
export async function importStandIns(engine: TestEngine): Promise<void> {
  await importImage(engine, 'node:24-bookworm-slim', nodeFiles, [
    'ENV PATH=/usr/local/bin:/usr/bin:/bin',
    ...(await npmEnvironment()),
  ]);
  await importImage(engine, 'nats:2.12-alpine', natsFiles, ['ENTRYPOINT ["/usr/bin/nats-server"]']);
}

async function importImage(
  engine: TestEngine,
  tag: string,
  fill: (root: string) => Promise<void>,
  changes: readonly string[],
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'baleen-image-'));
  const archive = `${root}.tar`;
  try {
    await busyboxFiles(root);
    await fill(root);
    await succeed('tar', ['-C', root, '-cf', archive, '.']);
    await engine.dockerWith({ timeoutMs: 300_000 }, 'import', ...changes.flatMap((change) => ['--change', change]), archive, tag);
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(archive, { force: true });
  }
}

async function busyboxFiles(root: string): Promise<void> {
  for (const folder of ['bin', 'usr/bin', 'usr/local/bin', 'tmp', 'root', 'etc', 'data'])
    mkdirSync(join(root, folder), { recursive: true });
  cpSync('/bin/busybox', join(root, 'bin/busybox'));
  const applets = (await succeed('/bin/busybox', ['--list'])).split('\n').filter((name) => name !== '' && name !== 'busybox');
  for (const applet of applets) symlinkSync('/bin/busybox', join(root, 'bin', applet));
  symlinkSync('/bin/busybox', join(root, 'usr/bin/env'));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
}

async function nodeFiles(root: string): Promise<void> {
  await installProgram(root, realpathSync('node_modules/.bin/node'), '/usr/local/bin/node');
  const npm = join((await succeed('npm', ['root', '--global'])).trim(), 'npm');
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  await fillNpmCache(join(root, 'root/.npm'));
}

async function natsFiles(root: string): Promise<void> {
  const program = findNatsServer();
  if (program === undefined) throw new Error('no nats-server: npm test provides one');
  await installProgram(root, program, '/usr/bin/nats-server');
}

/** A program and the shared libraries it asks for, where it asks for them. */
async function installProgram(root: string, program: string, path: string): Promise<void> {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  cpSync(realpathSync(program), join(root, path));
  const { stdout } = await run('ldd', [realpathSync(program)]);
  for (const [, library = ''] of stdout.matchAll(/(\/\S+\.so[.\d]*) \(/g)) {
    mkdirSync(dirname(join(root, library)), { recursive: true });
    cpSync(realpathSync(library), join(root, library));
  }
}

/** Everything in the lock, as `npm ci` without a network will ask for it. */
async function fillNpmCache(cache: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-cache-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(file, join(folder, file));
    await succeed('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--cache', cache], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** npm names its cache entries by the registry's address, so the image must ask for the same one this machine does. */
async function npmEnvironment(): Promise<string[]> {
  const registry = (await succeed('npm', ['config', 'get', 'registry'])).trim();
  return [`ENV npm_config_registry=${registry}`, 'ENV npm_config_offline=true', 'ENV HOME=/root'];
}

async function succeed(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const outcome = await run(program, args, { timeoutMs: 300_000, ...(cwd === undefined ? {} : { cwd }) });
  if (outcome.code !== 0) throw new Error(`${program} ${args[0] ?? ''} ended with ${outcome.code}: ${outcome.stderr}`);
  return outcome.stdout;
}
