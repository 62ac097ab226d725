import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programOnPath, run } from './commands.mjs';

/** Another apt may hold the lock for minutes; apt itself waits for it, and a failing mirror gets a second and a third chance. */
const lockWaitSeconds = 120;
const attempts = 3;
const pauseBetweenAttemptsMs = 3_000;

const unpackTimeoutMs = 180_000;
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Rejects with the remedy when this machine has no apt. */
export async function aptInstall(packages, logFile) {
  if (programOnPath('apt-get') === undefined) throw new Error(`apt-get is missing: install ${packages.join(', ')} by hand`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-q', '-y', '-o', `DPkg::Lock::Timeout=${lockWaitSeconds}`];
  const install = () => run('apt-get', [...options, 'install', '--no-install-recommends', ...packages], { env, logFile });
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (attempt > 1) await run('apt-get', [...options, 'update'], { env, logFile });
      return await install();
    } catch (error) {
      if (attempt === attempts) throw error;
      if (attempt > 1) await sleep(pauseBetweenAttemptsMs);
    }
  }
}

/** The mirror this machine's own apt uses, so that no address stands in a file of ours. Asked of apt, which knows every spelling. */
export async function debianMirror() {
  const targets = await run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(ORIGIN) $(RELEASE)']);
  const rows = targets.split('\n').map((line) => line.trim().split(' '));
  const main = rows.find(([, origin, release]) => origin === 'Debian' && !/security|updates|backports/.test(release ?? ''));
  const [uri] = main ?? rows.find(([, , release]) => /^(sid|unstable|trixie|bookworm|bullseye|forky)$/.test(release ?? '')) ?? [];
  if (uri === undefined) throw new Error('apt of this machine has no Debian mirror in its sources: add one, then try again');
  return uri;
}

/**
 * Fetches packages of some suites, without what they depend on, and unpacks them into `work/unpacked`. apt's state is in `work` too:
 * needs no root, installs nothing, starts no service and leaves the machine's package lists alone.
 */
export async function unpackPackages({ suites, packages, work }) {
  if (programOnPath('apt-get') === undefined || programOnPath('dpkg-deb') === undefined)
    throw new Error('this machine has no apt');
  for (const folder of ['lists/partial', 'archives/partial', 'unpacked']) mkdirSync(join(work, folder), { recursive: true });
  const signedBy = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  const mirror = await debianMirror();
  writeFileSync(join(work, 'sources.list'), suites.map((suite) => `deb ${signedBy}${mirror} ${suite} main\n`).join(''));
  writeFileSync(join(work, 'status'), '');
  const settings = {
    'Dir::Etc::SourceList': join(work, 'sources.list'),
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::State::Status': join(work, 'status'),
    'Dir::Cache': work,
    'Dir::Cache::Archives': join(work, 'archives'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '',
    'Debug::NoLocking': 'true',
  };
  const options = ['-q', ...Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])];
  await run('apt-get', [...options, 'update'], { timeoutMs: unpackTimeoutMs });
  await run('apt-get', [...options, 'download', ...packages], { cwd: join(work, 'archives'), timeoutMs: unpackTimeoutMs });
  await run('sh', ['-c', 'for package in archives/*.deb; do dpkg-deb -x "$package" unpacked || exit 1; done'], { cwd: work });
}
