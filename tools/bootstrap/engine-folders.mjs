import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../libs/embedded-nats/src/cache-folder.mjs';
import { programOnPath } from './commands.mjs';

const common = ['docker.io', 'iptables', 'iproute2', 'procps', 'busybox-static', 'openssh-server'];

/** Root folders that engines run from. `old` is 20.10, `new` follows Debian sid; the packages are part of the folder's name. */
export const roots = {
  old: { suite: 'bookworm', packages: common },
  new: {
    suite: 'sid',
    packages: [...common, 'docker-cli', 'docker-buildx', 'docker-compose', 'docker-registry', 'ca-certificates'],
  },
};

/** Where the parts of the testbed are (or will be) on this machine. */
export function engineFolders(cache = cacheFolder()) {
  const rootOf = ({ suite, packages }) =>
    join(cache, 'roots', `${suite}-${createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8)}`);
  return {
    cache,
    old: rootOf(roots.old),
    new: rootOf(roots.new),
    /** `docker load` takes it: busybox:latest, the same image id on every engine. */
    image: join(cache, 'images', 'busybox.tar'),
    /** For DOCKER_CONFIG: has cli-plugins with compose and buildx, nothing else. */
    dockerConfig: join(cache, 'docker-config'),
    /** The docker CLI of the new root folder, for machines that have none. */
    dockerCli: join(cache, 'bin', 'docker'),
  };
}

/** The docker CLI to use: the one on PATH, else our own. */
export function dockerProgram() {
  return programOnPath('docker') ?? engineFolders().dockerCli;
}

/** Why real engines cannot run here, `undefined` when they can. */
export function whyNoEngines(platform = process.platform, userId = process.getuid?.()) {
  if (platform !== 'linux') return 'real engines need Linux';
  if (userId !== 0) return 'real engines need root';
  // Root of a container without privileges may not make namespaces.
  const namespaces = spawnSync('unshare', ['--net', '--uts', '--ipc', '--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' });
  return namespaces.status === 0 ? undefined : 'real engines need the right to make namespaces';
}

/** Programs that tests use on the machine itself, and the Debian packages that bring them. */
export const machinePrograms = { debootstrap: 'debootstrap', ip: 'iproute2', ssh: 'openssh-client', openssl: 'openssl' };

/** Everything is in place (each part appears whole, by a rename). */
export function hasEngines() {
  const folders = engineFolders();
  return (
    [folders.old, folders.new, folders.image, folders.dockerConfig, folders.dockerCli].every((path) => existsSync(path)) &&
    ['ip', 'ssh', 'openssl'].every((program) => programOnPath(program) !== undefined)
  );
}
