/**
 * `npm ci` unless node_modules holds what package-lock.json says, one at a time. Runs before any npm package exists,
 * on the machine's own Node (20 or later). Usage: node tools/bootstrap/packages.mjs [folder]
 */
import { rmSync } from 'node:fs';
import { projectFolder } from '../../libs/embedded-nats/src/cache-folder.mjs';
import { say } from './commands.mjs';
import { holdsPackages, witness } from './installed-packages.mjs';
import { whileTreeIsOurs } from './tree-lock.mjs';

const remedy = 'Baleen needs its npm packages: check the network and registry settings, then try again.';
const project = process.argv[2] ?? projectFolder();

try {
  // Asked again under the lock: whom we waited for has installed them.
  if (!holdsPackages(project)) await whileTreeIsOurs(project, async (run) => holdsPackages(project) || (await install(run)));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

async function install(run) {
  say('installing npm packages (npm ci; a minute or so, once) …');
  rmSync(witness(project), { force: true });
  const { status, output } = await run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: project }).catch(
    (error) => {
      throw new Error(`npm could not be run: ${error.message}. ${remedy}`);
    },
  );
  if (status !== 0) throw new Error(`${output}npm ci ended with ${status}. ${remedy}`);
}
