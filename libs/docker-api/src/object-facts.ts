import type { ImageFacts, NetworkFacts, VolumeFacts } from '#contracts';
import { timeMs } from './docker-time.ts';

type Labels = Record<string, string> | null;

/** Facts of an element of `GET /images/json`. */
export function imageFacts(summary: Buffer): ImageFacts {
  const image = JSON.parse(summary.toString('utf8')) as {
    Id: string;
    RepoTags?: string[] | null;
    RepoDigests?: string[] | null;
    Created?: number;
    Size?: number;
    Labels?: Labels;
  };
  return {
    id: image.Id,
    repoTags: (image.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
    repoDigests: (image.RepoDigests ?? []).filter((digest) => digest !== '<none>@<none>'),
    createdAtMs: (image.Created ?? 0) * 1_000,
    sizeBytes: image.Size ?? 0,
    labels: image.Labels ?? {},
  };
}

/** Facts of an element of `GET /networks`. */
export function networkFacts(summary: Buffer): NetworkFacts {
  const network = JSON.parse(summary.toString('utf8')) as {
    Id: string;
    Name: string;
    Driver?: string;
    Scope?: string;
    Labels?: Labels;
    Created?: string;
  };
  return {
    id: network.Id,
    name: network.Name,
    driver: network.Driver ?? '',
    scope: network.Scope ?? 'local',
    labels: network.Labels ?? {},
    createdAtMs: timeMs(network.Created),
  };
}

/** Facts of an element of `GET /volumes`. */
export function volumeFacts(summary: Buffer): VolumeFacts {
  const volume = JSON.parse(summary.toString('utf8')) as {
    Name: string;
    Driver?: string;
    Scope?: string;
    Labels?: Labels;
    CreatedAt?: string;
  };
  return {
    name: volume.Name,
    driver: volume.Driver ?? 'local',
    scope: volume.Scope ?? 'local',
    labels: volume.Labels ?? {},
    createdAtMs: timeMs(volume.CreatedAt),
  };
}
