import { describe, expect, it } from 'vitest';
import { placementRequest } from '../fleet/fleet.builders.ts';
import { candidate, type GivenCandidate, placementOptions } from './candidate.builders.ts';
import { place } from './place.ts';

type Fleet = Readonly<Record<string, GivenCandidate>>;

function placed(fleet: Fleet, given: Parameters<typeof placementRequest>[0], moves: { except: string[] } | undefined) {
  const candidates = Object.entries(fleet).map(([node, own]) => candidate(node, own));
  const { chosen, failure } = place(placementRequest(given), candidates, placementOptions({ moves }), () => 0);
  return chosen === undefined
    ? failure.message
    : { node: chosen.node, moves: chosen.moves.map(({ kind, name, from }) => `${kind} ${name} from ${from}`) };
}

/** Made apart by a script: each lies where there was room. */
const apart: Fleet = {
  a: { networks: ['net'], unused: ['net'] },
  b: { volumes: ['data'], unused: ['data'] },
  c: {},
};
const both = { networks: ['net'], volumes: ['data'] };

describe('networks and volumes that lie on several engines', () => {
  it('meet where least has to be brought, a network to its volume and not to an engine that has neither', () => {
    expect(placed(apart, both, { except: [] })).toEqual({ node: 'b', moves: ['network net from key-of-a'] });
  });

  it('go together where the container may run', () => {
    const constrained = { ...both, constraints: ['node==c'] };
    const moves = ['network net from key-of-a', 'volume data from key-of-b'];
    expect(placed(apart, constrained, { except: [] })).toEqual({ node: 'c', moves });
  });

  it('stay where whoever asks brings nothing along, or could not bring that one', () => {
    expect(placed(apart, both, undefined)).toContain('volume data lives on b');
    expect(placed(apart, both, { except: ['net'] })).toEqual({ node: 'a', moves: ['volume data from key-of-b'] });
    expect(placed(apart, both, { except: ['net', 'data'] })).toContain('network net lives on a');
  });

  it('stay where something uses them', () => {
    const used = { ...apart, a: { networks: ['net'] }, b: { volumes: ['data'] } };
    expect(placed(used, both, { except: [] })).toContain('network net lives on a');
  });

  it('stay where several engines have one of the name: nobody can say which is meant', () => {
    const twice = { a: { volumes: ['data'], unused: ['data'] }, b: { volumes: ['data'], unused: ['data'] }, c: {} };
    expect(placed(twice, { volumes: ['data'], constraints: ['node==c'] }, { except: [] })).toContain('volume data lives on a, b');
  });

  it('are not brought anywhere by a container that may run where they are, however full that engine is', () => {
    const full = { ...apart, b: { ...apart['b'], containerCount: 99 } };
    expect(placed(full, { volumes: ['data'] }, { except: [] })).toEqual({ node: 'b', moves: [] });
  });

  it('bind as long as the container may run where they are: no other engine is ranked', () => {
    const candidates = Object.entries(apart).map(([node, own]) => candidate(node, own));
    const { verdicts } = place(
      placementRequest({ volumes: ['data'] }),
      candidates,
      placementOptions({ moves: { except: [] } }),
      () => 0,
    );
    expect(verdicts().map(({ refusedBy }) => refusedBy)).toEqual(['locality', undefined, 'locality']);
  });

  it('hold no group back', () => {
    const labels = { 'com.docker.compose.project': 'shop' };
    const project = { a: { ...apart['a'], groups: ['com.docker.compose.project=shop'] }, b: {} };
    const asked = { networks: ['net'], labels, constraints: ['node==b'] };
    expect(placed(project, asked, { except: [] })).toEqual({ node: 'b', moves: ['network net from key-of-a'] });
  });
});
