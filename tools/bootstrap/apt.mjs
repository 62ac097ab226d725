import { setTimeout as sleep } from 'node:timers/promises';
import { programOnPath, run } from './commands.mjs';

/** Another apt may hold the lock for minutes; apt itself waits for it, and a failing mirror gets a second and a third chance. */
const lockWaitSeconds = 120;
const attempts = 3;
const pauseBetweenAttemptsMs = 3_000;

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
