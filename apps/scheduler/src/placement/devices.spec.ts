import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceRequest, EngineDevice } from '#contracts';
import { chooseDevices } from './devices.ts';

const gpu = (id: string, driver = 'nvidia'): EngineDevice => ({ driver, id, capabilities: ['gpu'] });
const wish = (given: Partial<DeviceRequest> = {}): DeviceRequest => ({
  driver: '',
  count: 1,
  ids: [],
  capabilities: [['gpu']],
  ...given,
});

describe('devices', () => {
  it.each([
    ['a count', [wish({ count: 2 })], [gpu('0'), gpu('1'), gpu('2')], [], ['0', '1']],
    ['all', [wish({ count: -1 })], [gpu('0'), gpu('1')], [], ['0', '1']],
    ['no count and no ids means one', [wish({ count: 0 })], [gpu('0'), gpu('1')], [], ['0']],
    ['ids', [wish({ count: 0, ids: ['1'] })], [gpu('0'), gpu('1')], [], ['1']],
    ['two requests take different ones', [wish(), wish()], [gpu('0'), gpu('1')], [], ['0', '1']],
    ['held ones are left out', [wish()], [gpu('0'), gpu('1')], ['0'], ['1']],
    ['the first are left to holders of a count', [wish()], [gpu('0'), gpu('1')], ['gpu:1'], ['1']],
    ['a holder of another driver does not count', [wish({ driver: 'nvidia' })], [gpu('0'), gpu('f', 'amd')], ['amd:1'], ['0']],
    ['a holder of a count of a driver nobody lists', [wish()], [gpu('0')], ['fpga:1'], ['0']],
    ['by driver', [wish({ driver: 'amd' })], [gpu('0'), gpu('f', 'amd')], [], ['f']],
    [
      'a CDI name',
      [wish({ driver: 'cdi', count: 0, ids: ['nvidia.com/gpu=1'], capabilities: [] })],
      [gpu('nvidia.com/gpu=1')],
      [],
      ['nvidia.com/gpu=1'],
    ],
    [
      'a CDI class',
      [wish({ driver: 'cdi', count: 0, ids: ['nvidia.com/gpu=all'], capabilities: [] })],
      [gpu('nvidia.com/gpu=0'), gpu('nvidia.com/gpu=1'), gpu('nvidia.com/gpu=all')],
      [],
      ['nvidia.com/gpu=0', 'nvidia.com/gpu=1'],
    ],
    [
      'an index, as CDI names it',
      [wish({ count: 0, ids: ['1'] })],
      [gpu('nvidia.com/gpu=0'), gpu('nvidia.com/gpu=1')],
      [],
      ['nvidia.com/gpu=1'],
    ],
    [
      'a GPU that CDI lists by index and UUID is one',
      [wish({ count: -1 })],
      [gpu('nvidia.com/gpu=0'), gpu('nvidia.com/gpu=1:0'), gpu('nvidia.com/gpu=GPU-a'), gpu('nvidia.com/gpu=MIG-b')],
      [],
      ['nvidia.com/gpu=0', 'nvidia.com/gpu=1:0'],
    ],
    ['UUIDs alone', [wish()], [gpu('nvidia.com/gpu=GPU-a')], [], ['nvidia.com/gpu=GPU-a']],
  ] as const)('%s', (_what, requests, offered, held, ids) => expect(chooseDevices(requests, offered, held)).toEqual({ ids }));

  it.each([
    ['none listed', wish(), [], [], 'the engine lists no gpu device'],
    ['none of the driver', wish({ driver: 'amd', capabilities: [] }), [gpu('0')], [], 'the engine lists no amd device'],
    ['held by id', wish({ ids: ['0'] }), [gpu('0')], ['0'], 'device 0 is in use'],
    ['held by count', wish({ ids: ['0'] }), [gpu('0')], ['nvidia:1'], '1 gpu device wanted, 0 of 1 free'],
    ['held as a zero count', wish(), [gpu('0')], ['gpu:0'], '1 gpu device wanted, 0 of 1 free'],
    ['all held', wish(), [gpu('0'), gpu('1')], ['nvidia:-1'], '1 gpu device wanted, 0 of 2 free'],
    ['held whole', wish(), [gpu('nvidia.com/gpu=0')], ['nvidia.com/gpu=all'], '1 gpu device wanted, 0 of 1 free'],
    ['held by an id nobody lists', wish({ count: 2 }), [gpu('GPU-a'), gpu('GPU-b')], ['0'], '2 gpu devices wanted, 1 of 2 free'],
    [
      'held by a second name',
      wish(),
      [gpu('nvidia.com/gpu=0'), gpu('nvidia.com/gpu=GPU-a')],
      ['nvidia.com/gpu=GPU-a'],
      '1 gpu device wanted, 0 of 1 free',
    ],
    ['held by its index', wish(), [gpu('nvidia.com/gpu=0')], ['0'], '1 gpu device wanted, 0 of 1 free'],
    ['an id nobody lists', wish({ ids: ['7'] }), [gpu('0')], [], 'device 7 is not on the engine'],
  ] as const)('%s is refused', (_what, request, offered, held, refusal) =>
    expect(chooseDevices([request], offered, held)).toEqual({ ids: [], refusal }),
  );

  it('that are chosen were free, and each once', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 3 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 7 }).map(String)),
        fc.uniqueArray(fc.integer({ min: 0, max: 7 }).map(String)),
        fc.integer({ min: 0, max: 3 }),
        (counts, offered, held, hidden) => {
          const holders = hidden === 0 ? held : [...held, `gpu:${hidden}`];
          const { ids } = chooseDevices(
            counts.map((count) => wish({ count })),
            offered.map((id) => gpu(id)),
            holders,
          );
          const free = offered.filter((id) => !held.includes(id));
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.every((id) => free.includes(id))).toBe(true);
          expect(ids.length).toBeLessThanOrEqual(free.length - Math.min(hidden, free.length));
        },
      ),
    ));
});
