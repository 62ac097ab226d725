import type { Container } from '../model/container.ts';
import type { Mount } from '../model/mount.ts';
import type { Network } from '../model/network.ts';
import type { Happening } from './happening.ts';

/** With the attributes every event of a container has: its labels, image and name. */
export function ofContainer(container: Container, action: string, more: Readonly<Record<string, string>> = {}): Happening {
  const from = imageNameOf(container);
  const attributes = { ...container.given.Labels, ...more, image: from, name: container.name };
  return { type: 'container', action, id: container.id, attributes, from };
}

export function ofNetwork(network: Network, action: string, container?: Container): Happening {
  const who = container === undefined ? {} : { container: container.id };
  return { type: 'network', action, id: network.id, attributes: { ...who, name: network.name, type: network.driver } };
}

export function ofMount(mount: Mount, action: 'mount' | 'unmount', container: Container): Happening {
  const how =
    action === 'mount' ? { destination: mount.destination, propagation: '', 'read/write': String(mount.isWritable) } : {};
  return { type: 'volume', action, id: mount.name, attributes: { container: container.id, driver: 'local', ...how } };
}

export function ofVolume(name: string, action: 'create' | 'destroy', driver: string): Happening {
  return { type: 'volume', action, id: name, attributes: { driver } };
}

export function ofImage(id: string, action: string, name: string): Happening {
  return { type: 'image', action, id, attributes: { name } };
}

/** The image's name as the container's maker said it. */
export function imageNameOf({ given, image }: Container): string {
  return given.Image ?? image.id;
}
