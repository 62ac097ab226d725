import { hasLabels, replaceMembers } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { keptPerView } from '../../fleet-view/kept.ts';
import { distinctObjects, isShared } from '../../fleet-view/lookup/copies.ts';
import { nameOnNode, shownName } from '../../fleet-view/lookup/plain-name.ts';
import { onNodes } from '../../fleet-view/lookup/split-node.ts';
import type { FleetVolume } from '../../fleet-view/lookup/volume-lookup.ts';
import { booleanFilter, type ListFilters } from '../list-filters.ts';
import { joinedRows } from '../respond-array.ts';
import { nodeNameMatcher, textMatcher } from '../text-match.ts';

export const volumeFilters: ReadonlySet<string> = new Set(['name', 'label', 'driver', 'dangling', 'node']);

/** Volumes that `docker volume ls` shows: those of drivers that engines share once, by name. */
function selectVolumes(view: FleetView, filters: ListFilters): FleetVolume[] {
  const shown = distinctObjects(view, [...view.objects('volume')].filter(volumeTest(view, filters)));
  return shown.map(([first]) => first).sort((left, right) => (left.facts.name < right.facts.name ? -1 : 1));
}

/** The list entry: the daemon's bytes under the name that the fleet shows. */
export function volumeRow(view: FleetView, volume: FleetVolume): Buffer {
  const name = shownName(view, volume);
  return name === volume.facts.name ? volume.summary : replaceMembers(volume.summary, { Name: JSON.stringify(name) });
}

/** The answer to a list, as JSON. */
export function volumesAnswer(view: FleetView, filters: ListFilters): Buffer {
  const rows = selectVolumes(view, filters).map((volume) => volumeRow(view, volume));
  return joinedRows('{"Volumes":[', rows, '],"Warnings":null}\n');
}

/** The same without list queries; copied together once for everybody who asks until something changes. */
export const allVolumes = keptPerView(['engines', 'volume'], (view) => volumesAnswer(view, new Map()));

function volumeTest(view: FleetView, filters: ListFilters): (volume: FleetVolume) => boolean {
  const named = textMatcher(filters.get('name') ?? []);
  const isOnNode = onNodes(view, filters.get('node'));
  const namedOnNode = nodeNameMatcher(filters.get('name') ?? []);
  const wantsDangling = booleanFilter(filters, 'dangling');
  const used = wantsDangling === undefined ? new Set<string>() : usedVolumes(view);
  return (volume) =>
    (!filters.has('name') || named(volume.facts.name) || namedOnNode(nameOnNode(view, volume))) &&
    hasLabels(volume.facts.labels, filters.get('label') ?? []) &&
    (filters.get('driver')?.includes(volume.facts.driver) ?? true) &&
    isOnNode(volume) &&
    (wantsDangling === undefined || !used.has(usedKey(volume, volume.facts.name, isShared(volume))) === wantsDangling);
}

/** Every mounted volume by its engine, and by its name alone for those that engines share. */
const usedVolumes = keptPerView(['engines', 'container'], (view): ReadonlySet<string> => {
  const used = new Set<string>();
  for (const container of view.objects('container')) {
    for (const { type, name } of container.facts.mounts) {
      if (type !== 'volume') continue;
      used.add(usedKey(container, name, false));
      used.add(usedKey(container, name, true));
    }
  }
  return used;
});

function usedKey({ engine }: { readonly engine: string }, name: string, isSharedVolume: boolean): string {
  return isSharedVolume ? name : `${engine} ${name}`;
}
