import { posix } from 'node:path';
import { z } from 'zod';
import { BaleenError, labels } from '#contracts';
import { bindSource, firstPart, member, replaceMembers } from '#docker-api';
import { currentView, type Fleet } from '../../fleet.ts';
import { matchContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import { imageConfig } from './image-config.ts';

const list = z.array(z.string()).nullish();
const keyed = z.record(z.string(), z.unknown()).nullish();
const Mount = z.looseObject({
  Type: z.string().nullish(),
  Source: z.string().nullish(),
  Target: z.string().nullish(),
  VolumeOptions: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});
type Mount = z.infer<typeof Mount>;

const HostConfig = z.object({ Binds: list, Mounts: z.array(Mount).nullish(), Tmpfs: keyed, VolumesFrom: list });
const Body = z.object({ Image: z.string().nullish(), Volumes: keyed, HostConfig: HostConfig.nullish() });

/** By which daemons since 23.0 know what a prune takes that keeps named volumes. */
const anonymousLabel = 'com.docker.volume.anonymous';

/**
 * A tenant's create in which the volumes that come without a name are mounts with the tenant's label: those it asks for (`-v /path`, a mount without a source)
 * and those its image declares. An engine labels no other way; without a label a volume exists for nobody but admins. Whoever is no tenant: the same bytes.
 */
export async function withOwnedVolumes(fleet: Fleet, exchange: Exchange, bytes: Buffer): Promise<Buffer> {
  if (fleet.scope === undefined) return bytes;
  // Judged before: members are spelled as Docker does, and of the right types.
  const body = Body.parse(JSON.parse(bytes.toString('utf8')));
  const { Binds, Mounts, Tmpfs, VolumesFrom } = body.HostConfig ?? {};
  const [binds, mounts] = [Binds ?? [], Mounts ?? []];
  const nameless = binds.filter((bind) => bindSource(bind).kind === 'none');
  const taken = new Set(
    [
      ...binds.map((bind) => bind.split(':')[1]),
      ...mounts.map(({ Target }) => Target),
      ...Object.keys(Tmpfs ?? {}),
      ...(await lent(fleet, VolumesFrom ?? [])),
    ].flatMap((path) => (path ? [cleaned(path)] : [])),
  );
  const declared = body.Image ? await declaredBy(fleet, exchange, body.Image) : [];
  const wanted = new Set([...nameless, ...Object.keys(body.Volumes ?? {}), ...declared].filter(posix.isAbsolute).map(cleaned));
  const added = [...wanted].filter((path) => !taken.has(path)).map((path): Mount => ({ Type: 'volume', Target: path }));
  const isNameless = ({ Type, Source }: Mount) => Type === 'volume' && !Source;
  if (added.length === 0 && !mounts.some(isNameless)) return bytes;
  const { tenant } = fleet.scope;
  const owned = [...mounts, ...added].map((mount) => (isNameless(mount) ? ownedMount(mount, tenant) : mount));
  const host = {
    Mounts: JSON.stringify(owned),
    ...(nameless.length > 0 && { Binds: JSON.stringify(binds.filter((bind) => !nameless.includes(bind))) }),
  };
  const hostBytes = body.HostConfig ? member(bytes, 'HostConfig') : undefined;
  return replaceMembers(bytes, { HostConfig: replaceMembers(hostBytes ?? Buffer.from('{}'), host) });
}

/** Nobody is kept from a create because engines do not describe its image: its volumes are for admins to prune then. */
async function declaredBy(fleet: Fleet, exchange: Exchange, image: string): Promise<readonly string[]> {
  try {
    return (await imageConfig(fleet, exchange, image))?.volumes ?? [];
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    fleet.logger.warn({ image, reason: error.message }, 'the volumes that an image declares will have no owner');
    return [];
  }
}

function ownedMount(mount: Mount, tenant: string): Mount {
  const given = mount.VolumeOptions?.Labels ?? {};
  return {
    ...mount,
    VolumeOptions: { ...mount.VolumeOptions, Labels: { ...given, [anonymousLabel]: '', [labels.owner]: tenant } },
  };
}

/** Where the containers of `--volumes-from` have their volumes: an image's declaration does not take their place, a mount would. */
async function lent(fleet: Fleet, volumesFrom: readonly string[]): Promise<string[]> {
  if (volumesFrom.length === 0) return [];
  const view = await currentView(fleet);
  return volumesFrom.flatMap((from) =>
    (matchContainer(view, firstPart(from))?.facts.mounts ?? []).map(({ destination }) => destination),
  );
}

function cleaned(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
