/**
 * Provides the browser that the dashboard is tested in: Debian's Chromium without a screen (95 MB with what it needs, half a minute, once), and a font.
 * Plain JavaScript for the machine's own Node 20. Usage: node tools/bootstrap/browser.mjs
 */
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../libs/embedded-nats/src/cache-folder.mjs';
import { aptInstall } from './apt.mjs';
import { programOnPath, say } from './commands.mjs';

const programs = ['chromium-headless-shell', 'chromium'];
const packages = ['chromium-headless-shell', 'fonts-dejavu-core'];

/** Resolves with the browser's program; rejects with what went wrong. */
export async function provideBrowser() {
  const found = browserProgram();
  if (found !== undefined) return found;
  say('installing Chromium for the dashboard’s tests (once) …');
  mkdirSync(join(cacheFolder(), 'log'), { recursive: true });
  await aptInstall(packages, join(cacheFolder(), 'log', 'apt.log'));
  const installed = browserProgram();
  if (installed === undefined) throw new Error(`${packages[0]} was installed, but brought no ${programs[0]}`);
  return installed;
}

function browserProgram() {
  return programs.map((name) => programOnPath(name)).find((path) => path !== undefined);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await provideBrowser();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
