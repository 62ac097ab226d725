import type { Container } from '../model/container.ts';
import type { Mount } from '../model/mount.ts';

export function volumePath(name: string): string {
  return `/var/lib/docker/volumes/${name}/_data`;
}

/** `Mounts` of a list entry or an inspection; lists do not say where anonymous volumes are. */
export function mountDocuments({ mounts }: Container, isInspect: boolean) {
  return mounts.map((mount) => mountDocument(mount, isInspect));
}

function mountDocument({ type, name, source, destination, mode, isWritable, isAnonymous }: Mount, isInspect: boolean) {
  const use = { Mode: mode, RW: isWritable };
  switch (type) {
    case 'volume': {
      const path = isAnonymous && !isInspect ? '' : volumePath(name);
      return { Type: type, Name: name, Source: path, Destination: destination, Driver: 'local', ...use, Propagation: '' };
    }
    case 'bind':
      return { Type: type, Source: source, Destination: destination, ...use, Propagation: 'rprivate' };
    case 'tmpfs':
      return { Type: type, Source: '', Destination: destination, ...use, Propagation: '' };
  }
}
