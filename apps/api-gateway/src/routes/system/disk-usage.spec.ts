import { describe, expect, it } from 'vitest';
import { askedTypes, joinedUsage } from './disk-usage.ts';

const all = askedTypes([], '1.51');

describe('the disk usage of a fleet', () => {
  it('joins lists and adds numbers, those of the summaries of 1.52 too', () => {
    const first = { LayersSize: 1, Images: [{ Id: 'a' }], Containers: null, ImageUsage: { TotalCount: 1, Items: [1] } };
    const second = { LayersSize: 2, Images: [{ Id: 'b' }], Containers: [], ImageUsage: { TotalCount: 2, Items: [2] } };
    expect(joinedUsage([first, second], all, '1.51')).toEqual({
      LayersSize: 3,
      Images: [{ Id: 'a' }, { Id: 'b' }],
      Containers: [],
      Volumes: [],
      BuildCache: [],
      ImageUsage: { TotalCount: 3, Items: [1, 2] },
    });
  });

  it('has no lists of its own where newer engines have summaries only', () => {
    const usage = (TotalSize: number) => ({ ImageUsage: { TotalCount: 1, TotalSize } });
    expect(joinedUsage([usage(5), usage(6)], all, '1.53')).toEqual({ ImageUsage: { TotalCount: 2, TotalSize: 11 } });
  });

  it('leaves out what was not asked for, also where an old engine tells it', () => {
    const told = { LayersSize: 9, Images: [{}], Containers: [{}], Volumes: [{}], BuildCache: [{}] };
    expect(joinedUsage([told], askedTypes(['container'], '1.51'), '1.51')).toEqual({
      LayersSize: 0,
      Images: null,
      Containers: [{}],
      Volumes: null,
      BuildCache: null,
    });
  });

  it('reads types since 1.42 and refuses unknown ones', () => {
    expect(() => askedTypes(['x'], '1.42')).toThrow('unknown object type: x');
    expect(askedTypes(['x'], '1.41')).toEqual(all);
  });
});
