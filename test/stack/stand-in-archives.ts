import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findNatsServer } from '#embedded-nats';
import { cacheFolder } from '../../libs/embedded-nats/src/cache-folder.mjs';
import { engineFolders } from '../../tools/bootstrap/engine-folders.mjs';
import { run } from '../e2e/clients/run.ts';

/** What comes with Node 24; the machine's own npm may be spread over the machine, as Debian's is. */
const npmVersion = '11.19.1';
const installMaxMs = 300_000;
const manifests = ['package.json', 'package-lock.json', '.npmrc'];
/** What native npm packages ask for besides libc, and Node does not. */
const restOfGlibc = ['libdl.so.2', 'libm.so.6', 'libpthread.so.0', 'librt.so.1'];
const npmCli = 'usr/local/lib/node_modules/npm/bin/npm-cli.js';

/**
 * Root file system (a tar archive for `docker import`) that stands in for the official Node image: busybox, this project's own Node,
 * npm, and npm's cache filled with all that the lock names. Made once for a lock (15 s) and kept in Baleen's cache folder.
 */
export async function nodeArchive(registry: string): Promise<string> {
  const recipe = readFileSync(new URL(import.meta.url), 'utf8');
  const parts = [recipe, registry, process.version, ...manifests.map((file) => readFileSync(file, 'utf8'))];
  return keptArchive('node', parts, async (root) => {
    await installProgram(root, realpathSync('node_modules/.bin/node'), '/usr/local/bin/node');
    await succeed('npm', ['install', '--global', '--prefix', join(root, 'usr/local'), `npm@${npmVersion}`]);
    await fillNpmCache(join(root, npmCli), join(root, 'root/.npm'));
  });
}

/** The same for the official NATS image: busybox and the machine's nats-server. */
export async function natsArchive(): Promise<string> {
  const program = findNatsServer();
  if (program === undefined) throw new Error('no nats-server: `npm test` provides one');
  const recipe = readFileSync(new URL(import.meta.url), 'utf8');
  return keptArchive('nats', [recipe, await succeed(program, ['--version'])], (root) =>
    installProgram(root, program, '/usr/local/bin/nats-server'),
  );
}

/** The archive made of these parts, made now if there is none; older ones of the name go. It appears whole, by a rename. */
export async function keptArchive(
  name: string,
  parts: readonly string[],
  fill: (root: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheFolder(), 'stand-ins');
  const file = `${name}-${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)}.tar`;
  const archive = join(folder, file);
  if (existsSync(archive)) return archive;
  mkdirSync(folder, { recursive: true });
  for (const older of readdirSync(folder)) if (older.startsWith(`${name}-`)) rmSync(join(folder, older));
  const root = mkdtempSync(join(tmpdir(), 'baleen-stand-in-'));
  try {
    await busyboxFiles(root);
    await fill(root);
    const building = join(folder, `building-${process.pid}-${file}`);
    await succeed('tar', ['-C', root, '-cf', building, '.']);
    renameSync(building, archive);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return archive;
}

async function busyboxFiles(root: string): Promise<void> {
  for (const folder of ['bin', 'usr/bin', 'tmp', 'root', 'etc', 'data']) mkdirSync(join(root, folder), { recursive: true });
  // As in the official images: an older engine gives what it mounts there the mode of the folder below.
  chmodSync(join(root, 'tmp'), 0o1777);
  const busybox = join(root, 'bin/busybox');
  cpSync(join(engineFolders().new, 'bin/busybox'), busybox);
  const applets = (await succeed(busybox, ['--list'])).split('\n').filter((name) => name !== '' && name !== 'busybox');
  for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet));
  symlinkSync('/bin/busybox', join(root, 'usr/bin/env'));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
}

/** A program and the shared libraries it asks for, where it asks for them. */
export async function installProgram(root: string, program: string, path: string): Promise<void> {
  const install = (from: string, to: string) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(realpathSync(from), join(root, to));
  };
  install(program, path);
  // Of a static program ldd says so, and fails.
  const { stdout } = await run('ldd', [realpathSync(program)]);
  for (const [, library = ''] of stdout.matchAll(/(\/\S+\.so[.\d]*) \(/g)) {
    install(library, library);
    if (!library.endsWith('/libc.so.6')) continue;
    for (const part of restOfGlibc) install(join(dirname(library), part), join(dirname(library), part));
  }
}

/**
 * With the npm that will read it; `npm ci` in a folder with the same manifests asks for what it will ask for in the image.
 * The project's optional packages are Node (200 MB), which the image has: without them in the cache npm goes on without them.
 */
async function fillNpmCache(npm: string, cache: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-cache-'));
  try {
    for (const file of manifests) cpSync(file, join(folder, file));
    dropOptional(folder);
    await succeed(process.execPath, [npm, 'ci', '--ignore-scripts', '--cache', cache], folder);
    rmSync(join(cache, '_logs'), { recursive: true, force: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Manifest = { optionalDependencies?: Record<string, string> };
type Lock = { packages: Record<string, Manifest> };

function dropOptional(folder: string): void {
  const edit = <T>(file: string, change: (content: T) => void) => {
    const content = JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
    change(content);
    writeFileSync(join(folder, file), JSON.stringify(content));
  };
  edit<Manifest>('package.json', (manifest) => delete manifest.optionalDependencies);
  edit<Lock>('package-lock.json', ({ packages }) => {
    const project = packages[''] ?? {};
    for (const name of Object.keys(project.optionalDependencies ?? {})) delete packages[`node_modules/${name}`];
    delete project.optionalDependencies;
  });
}

export async function succeed(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const outcome = await run(program, args, { timeoutMs: installMaxMs, ...(cwd === undefined ? {} : { cwd }) });
  if (outcome.code !== 0) throw new Error(`${program} ${args[0] ?? ''} ended with ${outcome.code}: ${outcome.stderr}`);
  return outcome.stdout;
}
