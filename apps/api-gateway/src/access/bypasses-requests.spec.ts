import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BypassFleet, openBypassFleet } from './bypass-fleet.builders.ts';

let bed: BypassFleet;
beforeEach(async () => {
  bed = await openBypassFleet({ 'team-b': { containers: { subnets: ['10.20.0.0/16'] } } });
});
afterEach(() => bed.fleet.close());
const status = async (who: string, method: string, path: string, body?: object) =>
  (await bed.fleet.askAs(who, method, path, body === undefined ? undefined : JSON.stringify(body))).status;

describe('no way around the policy is', () => {
  it.each([
    ['a subnet where others’ addresses are', [{ Subnet: '1.1.1.0/24', Gateway: '1.1.1.254' }]],
    ['a range without a subnet', [{ IPRange: '10.20.1.0/24' }]],
    ['a subnet that is larger', [{ Subnet: '10.20.0.0/15' }]],
    ['a gateway outside', [{ Subnet: '10.20.1.0/24', Gateway: '1.1.1.1' }]],
    ['an address outside', [{ Subnet: '10.20.1.0/24', AuxiliaryAddresses: { x: '1.1.1.1' } }]],
    ['a second subnet', [{ Subnet: '10.20.1.0/24' }, { Subnet: '1.1.1.0/24' }]],
  ])('a network with %s', async (_, Config) => {
    expect(await status('bob', 'POST', '/networks/create', { Name: 'x', IPAM: { Config } })).toBe(403);
    expect(bed.bodies).toEqual([]);
  });

  it.each([
    ['/volumes/create', '{"Name":"x","driveropts":{"type":"none","o":"bind","device":"/"}}'],
    ['/volumes/create', '{"Name":"x","DriverOpt\u017f":{"device":"/"}}'],
    ['/volumes/create', '{"Name":"x","DriverOpts":{},"DRIVEROPTS":{"device":"/"}}'],
    ['/volumes/create', '{"Name":"x","driver":"evil"}'],
    ['/volumes/create', '{"Name":"x","Name":"vol-b"}'],
    ['/volumes/create', '{"Name":"x","labels":{"io.baleen.owner":"team-b"}}'],
    ['/volumes/create', '{"Name":"x","clustervolumespec":{"Group":"g"}}'],
    ['/networks/create', '{"Name":"x","DRIVER":"host"}'],
    ['/networks/create', '{"Name":"x","options":{"parent":"eth0"}}'],
    ['/networks/create', '{"Name":"x","ipam":{"Config":[{"Subnet":"1.1.1.0/24"}]}}'],
    ['/networks/create', '{"Name":"x","IPAM":{"driver":"evil"}}'],
    ['/networks/create', '{"Name":"x","IPAM":{"Config":[{"subnet":"1.1.1.0/24"}]}}'],
    ['/networks/create', '{"Name":"x","IPAM":{"Config":[{"Subnet":"10.20.1.0/24","auxiliaryaddresses":{"x":"1.1.1.1"}}]}}'],
    ['/networks/create', '{"Name":"x","configfrom":{"Network":"net-b"}}'],
    ['/networks/create', '{"Name":"x","ConfigFrom":{"networ\u212a":"net-b"}}'],
    ['/networks/create', '{"Name":"x","labels":{"io.baleen.owner":"team-b"}}'],
    ['/networks/net-a/connect', '{"container":"theirs"}'],
    ['/networks/net-a/connect', '{"Container":"mine","CONTAINER":"theirs"}'],
    ['/networks/net-a/connect', '{"Container":"mine","endpointconfig":{"NetworkID":"net-b"}}'],
    ['/networks/net-a/connect', '{"Container":"mine","EndpointConfig":{"networkid":"net-b"}}'],
    ['/networks/net-a/connect', '{"Container":"mine","EndpointConfig":{"lin\u212as":["theirs:x"]}}'],
    ['/networks/net-a/disconnect', '{"container":"theirs","force":true}'],
    ['/containers/mine/update', '{"memory":1}'],
    ['/containers/mine/update', '{"pidslimit":-1}'],
  ])('another spelling of a key, for %s: %s', async (path, body) => {
    const whom: [string, number, unknown][] = [];
    for (const who of ['bob', 'alice', 'ops', 'root']) {
      const answer = await bed.fleet.askAs(who, 'POST', path, body);
      whom.push([who, answer.status, answer.json()['message']]);
    }
    const refusal = expect.stringContaining('ambiguous JSON');
    expect(whom).toEqual(['bob', 'alice', 'ops', 'root'].map((who) => [who, 400, refusal]));
    expect([bed.bodies, bed.commands]).toEqual([[], []]);
  });

  it('a subnet of one’s choice where the policy gives none', async () => {
    const within = { Name: 'x', IPAM: { Config: [{ Subnet: '10.20.1.0/24', Gateway: '10.20.1.1' }] } };
    expect(await status('alice', 'POST', '/networks/create', within)).toBe(403);
    expect(await status('bob', 'POST', '/networks/create', within)).toBe(201);
    // As the docker CLI sends it for a network without wishes.
    const usual = { Name: 'y', Driver: 'bridge', IPAM: { Driver: 'default', Options: {}, Config: [] } };
    expect(await status('alice', 'POST', '/networks/create', usual)).toBe(201);
  });

  it.each([
    'LAB\\\nEL io.baleen.owner=team-b',
    'LABEL a=b',
    'ENV a=b\nLABEL a=b',
    'ENV a=b\rLABEL a=b',
    'ENV a=b \\',
    'ENV <<X',
    'ONBUILD LABEL a=b',
    '# escape=`',
    ' ENV a=b',
    'ENVLABEL a=b',
  ])('a change of a commit that is %j', async (change) => {
    expect(await status('alice', 'POST', `/commit?container=mine&changes=${encodeURIComponent(change)}`)).toBe(403);
    expect(bed.commands).toEqual([]);
  });

  it('none: a plain change of a commit', async () => {
    const changes = ['CMD ["sh"]', 'env a=b', 'EXPOSE 80'].map((change) => `&changes=${encodeURIComponent(change)}`).join('');
    expect(await status('alice', 'POST', `/commit?container=mine${changes}`)).toBe(201);
  });

  it.each(['10.0.0.1:6443/x', 'registry.internal/x', 'localhost/x', 'http://10.0.0.1/x', '[::1]/x'])(
    'a search at %s',
    async (term) => {
      bed.fleet.asked.length = 0;
      expect(await status('alice', 'GET', `/images/search?term=${encodeURIComponent(term)}`)).toBe(403);
      expect(bed.fleet.asked).toEqual([]);
    },
  );

  it.each(['busybox', 'library/busybox', 'docker.io/busybox', 'registry.test/app'])('none: a search for %s', async (term) => {
    expect(await status('alice', 'GET', `/images/search?term=${encodeURIComponent(term)}`)).toBe(200);
  });

  it('a prune of images that have a name, which may be another’s, built on one of the tenant’s', async () => {
    const prune = (filters: object) => `/images/prune?filters=${encodeURIComponent(JSON.stringify(filters))}`;
    expect(await status('alice', 'POST', prune({ dangling: ['false'] }))).toBe(403);
    expect(await status('alice', 'POST', prune({ dangling: { 0: true } }))).toBe(403);
    expect(bed.commands).toEqual([]);
    expect(await status('alice', 'POST', prune({ dangling: ['true'] }))).not.toBe(403);
  });
});
