import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlacementRequest } from '#contracts';
import { placementRequest } from '../fleet/fleet.builders.ts';
import { candidate, placementOptions } from './candidate.builders.ts';
import type { Candidate } from './candidate.ts';
import { place } from './place.ts';

const options = placementOptions();
const engines = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 })
  .chain((nodes) => fc.tuple(...nodes.sort().map(engineNamed)));

function engineNamed(node: string): fc.Arbitrary<Candidate> {
  return fc
    .record({
      health: fc.constantFrom(0, 75, 100, 100),
      availability: fc.constantFrom('active' as const, 'active' as const, 'drain' as const),
      usedMemoryBytes: fc.constantFrom(0, 500, 1_000),
      containerCount: fc.nat(2),
      labels: fc.dictionary(fc.constantFrom('zone', 'disk'), fc.constantFrom('x', 'y')),
      ports: fc.subarray(['80/tcp', '53/udp']),
      images: fc.subarray(['nginx']),
      volumes: fc.subarray(['data']),
      residents: fc.subarray([
        { names: ['db'], labels: { tier: 'back' } },
        { names: ['web'], labels: { tier: 'front' } },
      ]),
    })
    .map((given) => candidate(node, given));
}

const hardRules = ['zone==x', 'zone!=y', 'disk==*', 'node==a', 'node!=b', 'node==/[ab]/'];
const requests: fc.Arbitrary<PlacementRequest> = fc
  .record({
    constraints: fc.subarray(hardRules),
    affinities: fc.subarray(['container==db', 'tier!=front', 'image==nginx']),
    memoryBytes: fc.constantFrom(0, 300, 600),
    ports: fc.subarray([{ ip: '', hostPort: 80, protocol: 'tcp' }]),
    volumes: fc.subarray(['data']),
    links: fc.subarray(['db']),
  })
  .map((given) => placementRequest(given));

const admitted = (request: PlacementRequest, candidates: readonly Candidate[]) =>
  place(request, candidates, options, () => 0)
    .verdicts()
    .flatMap(({ node, refusedBy }) => (refusedBy === undefined ? [node] : []));

describe('a placement', () => {
  it('with one more constraint, affinity or port admits no engine that it refused before', () =>
    fc.assert(
      fc.property(engines, requests, fc.constantFrom(...hardRules), (candidates, request, rule) => {
        const before = admitted(request, candidates);
        const stricter = [
          { ...request, constraints: [...request.constraints, rule] },
          { ...request, affinities: [...request.affinities, 'container!=web'] },
          { ...request, ports: [...request.ports, { ip: '', hostPort: 53, protocol: 'udp' }] },
          { ...request, whitelists: ['node==a|c'] },
        ];
        for (const next of stricter) expect(before).toEqual(expect.arrayContaining(admitted(next, candidates)));
      }),
    ));

  it('chooses an engine that it admitted, and has a verdict for every engine, by node name', () =>
    fc.assert(
      fc.property(engines, requests, (candidates, request) => {
        const placement = place(request, candidates, options, () => 0.5);
        const { chosen, failure } = placement;
        const verdicts = placement.verdicts();
        expect(verdicts.map(({ node }) => node)).toEqual(candidates.map(({ node }) => node).sort());
        const scored = verdicts.filter(({ score }) => score !== undefined).map(({ engine }) => engine);
        expect(scored.length > 0).toBe(chosen !== undefined);
        expect((failure?.message ?? '') === '').toBe(chosen !== undefined);
        expect(scored).toEqual(expect.arrayContaining([chosen?.key ?? []].flat()));
      }),
    ));

  it('tells of more engines than wanted the chosen one and the first of the others', () =>
    fc.assert(
      fc.property(engines, requests, fc.integer({ min: 1, max: 3 }), (candidates, request, max) => {
        const { chosen, verdicts } = place(request, candidates, options, () => 0.5);
        const few = verdicts(max);
        expect(few).toHaveLength(Math.min(max, candidates.length));
        expect(verdicts()).toEqual(expect.arrayContaining(few));
        expect(few.map(({ engine }) => engine)).toEqual(expect.arrayContaining([chosen?.key ?? []].flat()));
      }),
    ));

  it('gives each of the equals the same part of the lots', () => {
    const equals = ['c', 'a', 'd', 'b'].map((node) => candidate(node));
    const counts = new Map<string, number>();
    for (let lot = 0; lot < 400; lot++) {
      const node = place(placementRequest(), equals, options, () => lot / 400).chosen?.node ?? '';
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({ a: 100, b: 100, c: 100, d: 100 });
  });

  it('refuses a malformed expression even where an earlier filter leaves no engine', () => {
    const down = [candidate('a', { health: 0 })];
    const malformed = placementRequest({ constraints: ['node=a'] });
    expect(() => place(malformed, down, options, () => 0)).toThrow(expect.objectContaining({ status: 400 }));
    expect(() => place(malformed, [], options, () => 0)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('takes the hard pass only when the soft one leaves nothing', () => {
    const two = [candidate('a'), candidate('b')];
    expect(place(placementRequest({ constraints: ['node==~b'] }), two, options, () => 0)).toMatchObject({
      pass: 'soft',
      chosen: { node: 'b' },
    });
    expect(place(placementRequest({ constraints: ['node==~c'] }), two, options, () => 0)).toMatchObject({
      pass: 'hard',
      chosen: { node: 'a' },
    });
  });

  it('takes the hard pass when the soft one leaves engines without room', () => {
    const two = [candidate('a'), candidate('b', { usedMemoryBytes: 1_000 })];
    const request = placementRequest({ constraints: ['node==~b'], memoryBytes: 1 });
    expect(place(request, two, options, () => 0)).toMatchObject({ pass: 'hard', chosen: { node: 'a' } });
  });

  it.each([
    ['more CPUs than any engine has', { nanoCpus: 4.1e9 }, 'request/invalid'],
    ['more CPUs than are free', { nanoCpus: 4e9 }, 'placement/no-eligible-engine'],
    ['more memory than any engine has', { memoryBytes: 1_001 }, 'placement/no-eligible-engine'],
  ])('says of %s in classic’s words whose fault it is', (_, wanted, code) => {
    const small = candidate('a', { identity: { cpus: 2 } });
    const large = candidate('b', { identity: { cpus: 4 }, usedNanoCpus: 1e9 });
    const { failure } = place(placementRequest(wanted), [small, large], options, () => 0);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(/^no resources available to schedule container: /) });
  });

  it('names the devices it chose', () => {
    const devices = [{ driver: 'nvidia', id: 'GPU-1', capabilities: ['gpu'] }];
    const request = placementRequest({ devices: [{ driver: '', count: 1, ids: [], capabilities: [['gpu']] }] });
    expect(place(request, [candidate('a', { identity: { devices } })], options, () => 0).chosen?.devices).toEqual(['GPU-1']);
  });

  it('spreads 60 containers of one core 20 to 40 over engines of 21 and 42 cores', () => {
    const used = { small: 0, large: 0 };
    for (let count = 0; count < 60; count++) {
      const fleet = [
        candidate('large', { identity: { cpus: 42 }, usedNanoCpus: used.large * 1e9, containerCount: used.large }),
        candidate('small', { identity: { cpus: 21 }, usedNanoCpus: used.small * 1e9, containerCount: used.small }),
      ];
      const { chosen } = place(placementRequest({ nanoCpus: 1e9 }), fleet, options, () => 0);
      used[chosen?.node as 'small' | 'large'] += 1;
    }
    expect(used).toEqual({ small: 20, large: 40 });
  });
});
