import { elements, member, replaceMembers } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import type { ViewScope } from '../../fleet-view/view-scope.ts';

type Names = { readonly repoTags: readonly string[]; readonly repoDigests: readonly string[] };

/** An engine's answer to the inspection of an image, or its history, with the names that the scope knows. */
export function withOwnNames(body: Buffer, action: 'json' | 'history', { facts }: FleetImage, scope: ViewScope): Buffer {
  const own = (repoTags: string[], repoDigests: string[]): Names =>
    scope.narrowed('image', { ...facts, repoTags, repoDigests, labels: {} }) ?? { repoTags: [], repoDigests: [] };
  if (action === 'history') return history(body, (tags) => own(tags, []).repoTags);
  const names = own(textsOf(body, 'RepoTags'), textsOf(body, 'RepoDigests'));
  return replaceMembers(body, { RepoTags: JSON.stringify(names.repoTags), RepoDigests: JSON.stringify(names.repoDigests) });
}

/** An image, listed or inspected with `manifests`, with those alone of its containers that the view has. */
export function withOwnContainers(body: Buffer, view: Pick<FleetView, 'containersWithId'>): Buffer {
  const manifests = JSON.parse(member(body, 'Manifests')?.toString('utf8') ?? 'null') as Manifest[] | null;
  if (manifests === null) return body;
  const isOwn = (id: string) => view.containersWithId(id).length > 0;
  const own = manifests.map((manifest) => {
    const { ImageData } = manifest;
    if (!ImageData?.Containers) return manifest;
    return { ...manifest, ImageData: { ...ImageData, Containers: ImageData.Containers.filter(isOwn) } };
  });
  return replaceMembers(body, { Manifests: JSON.stringify(own) });
}

type Manifest = { readonly ImageData?: { readonly Containers?: readonly string[] | null } | null };

function history(body: Buffer, own: (tags: string[]) => readonly string[]): Buffer {
  const rows = [...elements(body)].map((row) => {
    const tags = textsOf(row, 'Tags');
    return tags.length === 0 ? row.toString('utf8') : replaceMembers(row, { Tags: JSON.stringify(own(tags)) }).toString('utf8');
  });
  return Buffer.from(`[${rows.join(',')}]\n`);
}

function textsOf(json: Buffer, key: string): string[] {
  return (JSON.parse(member(json, key)?.toString('utf8') ?? 'null') as string[] | null) ?? [];
}
