import { expect, it } from 'vitest';
import { askedTypes, joinedUsage, type Usage } from './disk-usage.ts';

const joined = (usages: readonly Usage[], apiVersion: string) => joinedUsage(usages, askedTypes([], apiVersion), apiVersion);

it('joins lists and adds sizes, also of engines that have nothing', () => {
  const usages = [
    { LayersSize: 5, Images: [{ Id: 'a' }], Containers: null },
    { LayersSize: 7, Images: [{ Id: 'b' }], Containers: [{ Id: 'c' }] },
  ];
  expect(joined(usages, '1.51')).toEqual({
    LayersSize: 12,
    Images: [{ Id: 'a' }, { Id: 'b' }],
    Containers: [{ Id: 'c' }],
    Volumes: [],
    BuildCache: [],
  });
  expect(joined([], '1.51')).toMatchObject({ Images: [] });
});

it('adds the sums of newer engines up and adds no list that they do not have', () => {
  const usage = (TotalSize: number, Items?: object[]) => ({ ImageUsage: { TotalCount: 1, TotalSize, ...(Items && { Items }) } });
  expect(joined([usage(5), usage(6)], '1.53')).toEqual({ ImageUsage: { TotalCount: 2, TotalSize: 11 } });
  expect(joined([usage(5, [{ Id: 'a' }]), usage(6, [{ Id: 'b' }])], '1.52')).toEqual({
    ImageUsage: { TotalCount: 2, TotalSize: 11, Items: [{ Id: 'a' }, { Id: 'b' }] },
  });
});
