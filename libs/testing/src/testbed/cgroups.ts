import { existsSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const mountPoint = '/sys/fs/cgroup';

/** How each version of cgroups thaws: the file and what to write there. */
const thaws = [
  ['freezer.state', 'THAWED'],
  ['cgroup.freeze', '0'],
] as const;

/** Lets the processes of this cgroup and of those below it go on: a frozen one (a paused container) does not even die of SIGKILL. */
export function thawCgroups(name: string): void {
  for (const folder of foldersOf(name)) thawTree(folder);
}

/** Removes the cgroup of this name, with those below it, from every hierarchy (v1, v2 and both). Its processes must be gone. */
export function removeCgroups(name: string): void {
  for (const folder of foldersOf(name)) removeTree(folder);
}

function foldersOf(name: string): string[] {
  return [mountPoint, ...below(mountPoint)].map((folder) => join(folder, name)).filter((folder) => existsSync(folder));
}

function below(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

function thawTree(folder: string): void {
  for (const [file, thawed] of thaws) {
    const path = join(folder, file);
    if (existsSync(path)) writeFileSync(path, thawed);
  }
  for (const child of below(folder)) thawTree(child);
}

function removeTree(folder: string): void {
  for (const child of below(folder)) removeTree(child);
  try {
    rmdirSync(folder);
  } catch (error) {
    // A killed process leaves its cgroup a moment after it left /proc; an empty folder that stays does no harm.
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
  }
}
