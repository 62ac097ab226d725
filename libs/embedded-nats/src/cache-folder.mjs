import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where downloaded tools live, outside of the repository's files: BALEEN_CACHE, else /var/cache/baleen for root,
 * else `.cache` in the project. Plain JavaScript because the bootstrap runs it on the machine's own Node 20.
 */
export function cacheFolder(env = process.env, isRoot = process.getuid?.() === 0) {
  if (env['BALEEN_CACHE']) return env['BALEEN_CACHE'];
  return isRoot ? '/var/cache/baleen' : join(projectFolder(), '.cache');
}

/** The folder of Baleen's package.json, from the sources as well as from a bundle in dist. */
export function projectFolder() {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'baleen') return folder;
    if (folder === dirname(folder)) return process.cwd();
  }
}
