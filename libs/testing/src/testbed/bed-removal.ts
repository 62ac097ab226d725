import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { releaseNetwork } from './bed-network.ts';
import { type BedRecord, bedFolder, bedNames, readBed, readHosts, removeIfAbandoned } from './bed-record.ts';
import { Host } from './host.ts';
import { isAlive } from './owned-process.ts';

/** Removes all that a bed made (processes, mounts, network, files), from its records alone. */
export async function removeBed(bed: BedRecord): Promise<void> {
  const folder = bedFolder(bed.name);
  const hosts = readHosts(bed.name).map(
    ({ name, number }) =>
      new Host({ name, number, rootFolder: '', folder: join(folder, name), network: bed.network, diesWithUs: false }),
  );
  await Promise.all(hosts.map((host) => host.remove()));
  await releaseNetwork(bed.network);
  rmSync(folder, { recursive: true, force: true });
}

/** Removes the beds whose owner died without doing so, and only those. One that resists is reported and left. */
export async function reapBeds(nowMs: number): Promise<void> {
  for (const name of bedNames()) {
    const bed = readBed(name);
    if (bed === undefined) removeIfAbandoned(name, nowMs);
    else if (bed.owner !== undefined && !isAlive(bed.owner)) await removeBed(bed).catch(warn);
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
