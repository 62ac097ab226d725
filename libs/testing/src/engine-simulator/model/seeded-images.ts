import type { Image } from './image.ts';
import { idFrom } from './seeded-ids.ts';

/** A fixed day, so that images of all engines are the same ones. */
const builtAtMs = Date.UTC(2026, 0, 15);
const dayMs = 86_400_000;
const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Present on every engine, whatever else is: what benches and tests run. */
const plainNames = ['busybox:latest', 'alpine:3.22', 'nginx:1.29'];
/** So many of them come first; seeded containers run the others. */
export const plainImages = plainNames.length;

/** So many images, the same on every engine; at least one. */
export function seededImages(count: number): Image[] {
  return Array.from({ length: Math.max(1, count) }, (_, index) => {
    const name = plainNames[index] ?? `team/app-${index}:1.${index % 10}`;
    return {
      id: `sha256:${idFrom('image', name)}`,
      tags: [name],
      digests: index === 0 ? [] : [`${name.replace(/:.*$/, '')}@sha256:${idFrom('digest', name)}`],
      createdAtMs: builtAtMs - index * dayMs,
      sizeBytes: 2_000_000 + index * 7_654_321,
      labels: index < plainNames.length ? null : { 'org.opencontainers.image.version': `1.${index % 10}` },
      command: ['sh'],
      environment: [path],
      parent: '',
    };
  });
}
