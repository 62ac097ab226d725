import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Usage } from './disk-usage.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Of an engine's disk usage (up to API 1.51) what the view of somebody has there. Layers are those of the own images, shared or not; users of an
 * image are the own containers; the build cache is nobody's.
 */
export function ownUsage(usage: Usage, { shelves }: Pick<FleetEngine, 'shelves'>): Usage {
  const containers = rows(usage, 'Containers', 'Id', idsOn(shelves.container.values()));
  const imagesInUse = containers.map((row) => row['ImageID']);
  const images = rows(usage, 'Images', 'Id', idsOn(shelves.image.values())).map((row) => ({
    ...row,
    Containers: imagesInUse.filter((id) => id === row['Id']).length,
  }));
  const volumes = rows(usage, 'Volumes', 'Name', new Set([...shelves.volume.values()].map(({ facts }) => facts.name)));
  const layers = images.reduce((sum, row: Row) => sum + Number(row['Size'] ?? 0), 0);
  return { LayersSize: layers, Images: images, Containers: containers, Volumes: volumes, BuildCache: [] };
}

function idsOn(objects: Iterable<{ readonly facts: { readonly id: string } }>): ReadonlySet<unknown> {
  return new Set([...objects].map(({ facts }) => facts.id));
}

function rows(usage: Usage, list: string, key: string, own: ReadonlySet<unknown>): Row[] {
  const all = usage[list];
  return Array.isArray(all) ? (all as Row[]).filter((row) => own.has(row[key])) : [];
}
