import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether node_modules of this folder holds what package-lock.json says. npm's own list of what it installed is the witness: npm writes
 * it when all else is done, and an install of ours begins with its removal.
 */
export function holdsPackages(project) {
  if (!existsSync(witness(project))) return false;
  const [wanted, installed] = [packagesOf(join(project, 'package-lock.json')), packagesOf(witness(project))];
  return Object.entries(wanted).every(([path, each]) => {
    if (path === '') return true;
    const found = installed[path];
    // Those of other platforms are left out.
    if (found === undefined) return each.optional === true;
    return found.version === each.version && found.integrity === each.integrity && existsSync(join(project, path));
  });
}

/** The file without which an install counts as not ended. */
export function witness(project) {
  return join(project, 'node_modules', '.package-lock.json');
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
