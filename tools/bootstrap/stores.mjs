/**
 * Provides the servers that discovery's conformance suite runs against (Debian as root): etcd, ZooKeeper and Consul are unpacked into
 * the cache, so that no service of theirs is started on the machine; dnsmasq, a Java runtime and openssl are installed when missing.
 * Plain JavaScript for the machine's own Node 20. Usage: node tools/bootstrap/stores.mjs
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../libs/embedded-nats/src/cache-folder.mjs';
import { aptInstall, unpackPackages } from './apt.mjs';
import { programOnPath, say } from './commands.mjs';

/** Consul left Debian after bullseye; the newest of each package among the suites is taken. */
const suites = ['bookworm', 'bullseye'];
const packages = ['etcd-server', 'consul', 'libzookeeper-java', 'libslf4j-java', 'libdropwizard-metrics-java', 'libsnappy-java'];
/** What one ZooKeeper server loads; Debian's package of it would bring a desktop's Java along. */
const jars = ['zookeeper', 'zookeeper-jute', 'slf4j-api', 'slf4j-nop', 'metrics-core', 'snappy-java'];
const installed = { dnsmasq: 'dnsmasq-base', java: 'default-jre-headless', openssl: 'openssl' };

/** Programs of the stores, and the class path of ZooKeeper's server. */
export function stores() {
  const folder = storesFolder();
  return {
    etcd: join(folder, 'usr/bin/etcd'),
    consul: join(folder, 'usr/bin/consul'),
    zookeeperClassPath: jars.map((jar) => join(folder, 'usr/share/java', `${jar}.jar`)).join(delimiter),
  };
}

/** Why the stores cannot be provided here, `undefined` when they can. */
export function whyNoStores(platform = process.platform, userId = process.getuid?.()) {
  if (hasStores()) return undefined;
  if (platform !== 'linux' || programOnPath('apt-get') === undefined) return 'stores are taken from Debian packages';
  return userId === 0 ? undefined : 'installing stores needs root';
}

/** Resolves when the stores can be started; rejects with what went wrong. */
export async function provideStores() {
  if (hasStores()) return;
  say('fetching the stores for discovery tests (once) …');
  const missing = Object.keys(installed).filter((program) => programOnPath(program) === undefined);
  mkdirSync(join(cacheFolder(), 'log'), { recursive: true });
  if (missing.length > 0)
    await aptInstall(
      missing.map((program) => installed[program]),
      join(cacheFolder(), 'log', 'apt.log'),
    );
  if (!existsSync(storesFolder())) await unpackStores();
}

function storesFolder() {
  const version = createHash('sha256')
    .update([...suites, ...packages].join(' '))
    .digest('hex')
    .slice(0, 8);
  return join(cacheFolder(), `stores-${version}`);
}

function hasStores() {
  return existsSync(storesFolder()) && Object.keys(installed).every((program) => programOnPath(program) !== undefined);
}

/** In place by a rename; who comes second finds it there. */
async function unpackStores() {
  // Beside its place, since a rename does not cross file systems.
  const work = mkdtempSync(join(cacheFolder(), 'stores-building-'));
  try {
    await unpackPackages({ suites, packages, work });
    if (!existsSync(storesFolder())) renameSync(join(work, 'unpacked'), storesFolder());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const reason = whyNoStores();
    if (reason !== undefined) throw new Error(reason);
    await provideStores();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
