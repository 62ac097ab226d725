import { expect, it } from 'vitest';
import { readBuildQuery, withParameter } from './build-query.ts';

function queryOf(buildargs: unknown, rest = 't=web&rm=1'): string {
  return `${rest}&buildargs=${encodeURIComponent(JSON.stringify(buildargs))}&q=0`;
}

function argsOf(rawQuery: string): unknown {
  return JSON.parse(new URLSearchParams(rawQuery).get('buildargs') ?? '');
}

it('takes expressions out of the build args, and leaves the others as they are, null included', () => {
  const sent = { 'constraint:node': '=node-2', A: '1', 'affinity:image': '=~base', B: null, 'whitelist:node': '=a|b' };
  const { scheduling, rawQuery } = readBuildQuery(queryOf(sent));
  expect(scheduling).toMatchObject({
    constraints: ['node==node-2'],
    affinities: ['image==~base'],
    whitelists: ['node==a|b'],
  });
  expect(argsOf(rawQuery)).toEqual({ A: '1', B: null });
});

it('reads an expression that the client parted at another place', () => {
  expect(readBuildQuery(queryOf({ 'constraint:zone!': 'a' })).scheduling.constraints).toEqual(['zone!=a']);
});

it('passes a query without expressions on byte for byte, whatever is in it', () => {
  const odd = 't=a&t=b%20c&extrahosts=x%3a1&newer=%7B%7D&buildargs=%7B%22A%22%3A%20null%7D&cachefrom=[]';
  expect(readBuildQuery(odd).rawQuery).toBe(odd);
});

it('leaves build args that are no JSON to the engine', () => {
  expect(readBuildQuery('buildargs=%7Bconstraint:').rawQuery).toBe('buildargs=%7Bconstraint:');
});

it('keeps every other byte when it takes expressions out', () => {
  const rawQuery = `t=a%2fb&buildargs=${encodeURIComponent('{"constraint:node":"=x"}')}&labels=%7b%7d`;
  expect(readBuildQuery(rawQuery).rawQuery).toBe('t=a%2fb&buildargs=%7B%7D&labels=%7b%7d');
});

it('tells a BuildKit build, and what its other connections share with it, the build first', () => {
  const { isBuildKit, works } = readBuildQuery('version=2&session=s1&buildid=upload-request%3Ab1');
  expect({ isBuildKit, works }).toEqual({
    isBuildKit: true,
    works: [
      { kind: 'build', id: 'b1' },
      { kind: 'session', id: 's1' },
    ],
  });
});

it('reads the resources of a classic build, and nothing from numbers that are none', () => {
  expect(readBuildQuery('memory=1048576&cpushares=2')).toMatchObject({ isBuildKit: false, memoryBytes: 1_048_576, cpuShares: 2 });
  expect(readBuildQuery('memory=-1&cpushares=x')).toMatchObject({ memoryBytes: 0, cpuShares: 0 });
});

it('sets the first parameter of a name, or adds it', () => {
  expect(withParameter('a=1&cpushares=5&cpushares=6', 'cpushares', '512')).toBe('a=1&cpushares=512&cpushares=6');
  expect(withParameter('a=1', 'b', '{}')).toBe('a=1&b=%7B%7D');
});
