/**
 * `npm ci` when node_modules is missing or older than package-lock.json. Runs before any npm package exists,
 * on the machine's own Node (20 or later).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../libs/embedded-nats/src/cache-folder.mjs';

const project = projectFolder();
const lock = join(project, 'package-lock.json');
/** npm writes it last, so an interrupted install leaves it missing or old. */
const installed = join(project, 'node_modules', '.package-lock.json');

function isInstalled() {
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

if (!isInstalled()) {
  process.stderr.write('installing npm packages (npm ci) …\n');
  const { status, error } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) {
    const reason = error === undefined ? `npm ci ended with status ${status}` : `npm could not be run: ${error.message}`;
    process.stderr.write(`${reason}. Baleen needs its npm packages: check the network and registry settings, then try again.\n`);
    process.exit(1);
  }
}
