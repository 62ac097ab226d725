import { z } from 'zod';
import type { ImageFacts, NetworkFacts, VolumeFacts } from '#contracts';
import { timeMs } from './docker-time.ts';
import { TextsByName } from './texts-by-name.ts';
import { type MendedRow, readRow } from './tolerant-reading.ts';

const Labels = TextsByName.nullish();
const Texts = z.array(z.string()).nullish();
/** Becomes part of a subject as it is. */
const Id = z.string().regex(/^[\w-]+$/);

const ImageRow = z.object({
  Id: z.string().min(1),
  RepoTags: Texts,
  RepoDigests: Texts,
  Created: z.number().nullish(),
  Size: z.number().nullish(),
  Labels,
});

const NetworkRow = z.object({
  Id,
  Name: z.string(),
  Driver: z.string().nullish(),
  Scope: z.string().nullish(),
  Labels,
  Created: z.string().nullish(),
});

const VolumeRow = z.object({
  Name: z.string().min(1),
  Driver: z.string().nullish(),
  Scope: z.string().nullish(),
  Labels,
  CreatedAt: z.string().nullish(),
});

export type FactsRow<F> = Omit<MendedRow<never>, 'value'> & { readonly facts: F };

/** An element of `GET /images/json`. Throws engine/bad-answer when it cannot be identified; so do the others. */
export function imageRow(bytes: Buffer): FactsRow<ImageFacts> {
  const { value: image, ...row } = readRow(ImageRow, bytes);
  const facts: ImageFacts = {
    id: image.Id,
    repoTags: (image.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
    repoDigests: (image.RepoDigests ?? []).filter((digest) => digest !== '<none>@<none>'),
    createdAtMs: (image.Created ?? 0) * 1_000,
    sizeBytes: image.Size ?? 0,
    labels: image.Labels ?? {},
  };
  return { ...row, facts };
}

/** An element of `GET /networks`. */
export function networkRow(bytes: Buffer): FactsRow<NetworkFacts> {
  const { value: network, ...row } = readRow(NetworkRow, bytes);
  const facts: NetworkFacts = {
    id: network.Id,
    name: network.Name,
    driver: network.Driver ?? '',
    scope: network.Scope ?? 'local',
    labels: network.Labels ?? {},
    createdAtMs: timeMs(network.Created),
  };
  return { ...row, facts };
}

/** An element of `GET /volumes`. */
export function volumeRow(bytes: Buffer): FactsRow<VolumeFacts> {
  const { value: volume, ...row } = readRow(VolumeRow, bytes);
  const facts: VolumeFacts = {
    name: volume.Name,
    driver: volume.Driver ?? 'local',
    scope: volume.Scope ?? 'local',
    labels: volume.Labels ?? {},
    createdAtMs: timeMs(volume.CreatedAt),
  };
  return { ...row, facts };
}
