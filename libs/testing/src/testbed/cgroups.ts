import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const mountPoint = '/sys/fs/cgroup';

/** Removes the cgroup of this name, with those below it, from every hierarchy (v1, v2 and both). Its processes must be gone. */
export function removeCgroups(name: string): void {
  const hierarchies = readdirSync(mountPoint, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const folder of [mountPoint, ...hierarchies.map((entry) => join(mountPoint, entry.name))]) removeTree(join(folder, name));
}

function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeTree(join(folder, entry.name));
  try {
    rmdirSync(folder);
  } catch (error) {
    // A killed process leaves its cgroup a moment after it left /proc; an empty folder that stays does no harm.
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
  }
}
