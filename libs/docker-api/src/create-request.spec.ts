import { describe, expect, it } from 'vitest';
import { labels } from '#contracts';
import { withGrant } from './create-grant.ts';
import { parseCreate } from './create-request.ts';
import { readSealedRequest } from './original-request.ts';

const context = {
  name: 'web',
  platform: '',
  apiVersion: '1.41',
  swarmId: 'f'.repeat(64),
  isNode: (name: string) => name === 'node-1',
};
const parse = (body: unknown) => parseCreate(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), context);
const sent = (body: unknown) => JSON.parse(parse(body).bodyFor('op-1').toString('utf8'));

describe('a create request', () => {
  it('moves scheduling keys from the environment to labels, label ones first', () => {
    const body = {
      Image: 'busybox',
      Env: ['A=1', 'constraint:node==n1', 'affinity:image==~nginx=1'],
      Labels: { [labels.constraints]: '["storage==ssd"]' },
    };
    expect(parse(body).request).toMatchObject({ constraints: ['storage==ssd', 'node==n1'], affinities: ['image==~nginx=1'] });
    expect(sent(body)).toMatchObject({
      Env: ['A=1'],
      Labels: {
        [labels.constraints]: '["storage==ssd","node==n1"]',
        [labels.operation]: 'op-1',
        [labels.swarmId]: 'f'.repeat(64),
      },
    });
  });

  it('leaves a label that is no JSON list alone', () => {
    const body = { Image: 'a', Labels: { [labels.constraints]: 'garbage' } };
    expect(parse(body).request.constraints).toEqual([]);
    expect(sent(body).Labels[labels.constraints]).toBe('garbage');
  });

  it.each([[['reschedule:off', 'reschedule:on-node-failure']], [['reschedule:sometimes']]])('refuses the policies %j', (Env) => {
    expect(() => parse({ Image: 'a', Env })).toThrow(expect.objectContaining({ code: 'placement/invalid-expression' }));
  });

  it('says every label of ours, so that none of its image counts, nor one that only a gateway writes', () => {
    const theirs = { [labels.originalRequest]: 'forged', [labels.ports]: 'forged' };
    expect(sent({ Image: 'a', Labels: { ...theirs, own: '1' } }).Labels).toEqual({
      ...Object.fromEntries(Object.values(labels).map((label) => [label, ''])),
      [labels.swarmId]: 'f'.repeat(64),
      [labels.operation]: 'op-1',
      own: '1',
    });
  });

  it('keeps its original under a seal when it has a rescheduling policy, and is not made without one', () => {
    const parsed = parse({ Image: 'a', Env: ['reschedule:on-node-failure'] });
    const key = Buffer.alloc(32);
    const { Labels } = JSON.parse(parsed.bodyFor('op-1', key).toString('utf8'));
    expect(readSealedRequest(Labels[labels.originalRequest], 'op-1', [key])).toMatchObject({ request: { name: 'web' } });
    expect(() => parsed.bodyFor('op-1')).toThrow('key of orders');
  });

  it('keeps unknown fields byte for byte', () => {
    const body = '{"Image":"a","Future":12345678901234567890,"HostConfig":{"Newer":1.0e+2}}';
    expect(parse(body).bodyFor('op-1').toString()).toContain('"Future":12345678901234567890');
    expect(parse(body).bodyFor('op-1').toString()).toContain('"Newer":1.0e+2');
  });

  it('takes keys in any case, the last of several', () => {
    expect(parse('{"image":"first","Image":"last","hostconfig":{"memory":5}}').request).toMatchObject({
      image: 'last',
      memoryBytes: 5,
    });
    expect(parse('{"Image":"a","networkingconfig":{"endpointsconfig":{"net":{}}}}').request.networks).toEqual(['net']);
    expect(sent({ Image: 'a', networkingConfig: { endpointsConfig: { 'node-1/net': {} } } })).toEqual(
      sent({ Image: 'a', NetworkingConfig: { EndpointsConfig: { 'node-1/net': {} } } }),
    );
  });

  it('turns a node prefix into a constraint and strips it', () => {
    const body = {
      Image: 'a',
      HostConfig: { NetworkMode: 'node-1/net', Binds: ['node-1/vol:/data', '/srv:/srv', 'other/x:/x'] },
    };
    expect(parse(body).request).toMatchObject({ constraints: ['node==node-1'], networks: ['net'] });
    expect(sent(body).HostConfig).toMatchObject({ NetworkMode: 'net', Binds: ['vol:/data', '/srv:/srv', 'other/x:/x'] });
  });

  it('strips it from containers to be beside, too', () => {
    const host = {
      NetworkMode: 'container:node-1/web',
      IpcMode: 'container:other/web',
      PidMode: 'host',
      VolumesFrom: ['node-1/data:ro', 'plain'],
      Links: ['node-1/db:alias'],
    };
    const body = { Image: 'a', HostConfig: host };
    expect(parse(body).request).toMatchObject({
      constraints: ['node==node-1'],
      networks: [],
      volumesFrom: ['data', 'plain'],
      links: ['db'],
      namespaces: [
        { kind: 'net', reference: 'web' },
        { kind: 'ipc', reference: 'other/web' },
      ],
    });
    expect(sent(body).HostConfig).toEqual({
      ...host,
      NetworkMode: 'container:web',
      VolumesFrom: ['data:ro', 'plain'],
      Links: ['db:alias'],
    });
  });

  it('strips it from mounts and endpoints', () => {
    const Mounts = [
      { Type: 'volume', Source: 'node-1/vol', Target: '/data', ReadOnly: true },
      { Type: 'bind', Source: '/srv', Target: '/srv' },
    ];
    const NetworkingConfig = { EndpointsConfig: { 'node-1/net': { Aliases: ['a'] } } };
    const body = { Image: 'a', HostConfig: { Mounts }, NetworkingConfig };
    expect(parse(body).request).toMatchObject({ constraints: ['node==node-1'], networks: ['net'], volumes: ['vol'] });
    expect(sent(body)).toMatchObject({
      HostConfig: { Mounts: [{ ...Mounts[0], Source: 'vol' }, Mounts[1]] },
      NetworkingConfig: { EndpointsConfig: { net: { Aliases: ['a'] } } },
    });
  });

  it('moves resources of old clients into HostConfig', () => {
    expect(sent({ Image: 'a', Memory: 7, Cpuset: '0-1', CpuShares: 2 }).HostConfig).toEqual({
      Memory: 7,
      CpusetCpus: '0-1',
      CpuShares: 2,
      MemorySwappiness: -1,
    });
    expect(sent({ Image: 'a', MemorySwap: 9, HostConfig: { Memory: 8, MemorySwappiness: 5 } }).HostConfig).toEqual({
      Memory: 8,
      MemorySwap: 9,
      MemorySwappiness: 5,
    });
    expect(sent({ Image: 'a', HostConfig: { Memory: 8 } }).HostConfig).toEqual({ Memory: 8 });
    expect(sent({ Image: 'a', Memory: 7 })).not.toHaveProperty('Memory');
  });

  it.each(['', 'nope', '[]', 'null', '{"Image":5}', '{"Image":"a","Env":"x"}', '{"Image":"a","HostConfig":{"Memory":"5"}}'])(
    'refuses the body %j',
    (body) => {
      expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'request/invalid' }));
    },
  );
});

describe('a grant', () => {
  const body = (host: object) => Buffer.from(JSON.stringify({ Image: 'x', HostConfig: { Privileged: false, ...host } }));
  const hostOf = (granted: Buffer) => (JSON.parse(granted.toString()) as { HostConfig: object }).HostConfig;

  it('leaves a body alone that asks for nothing of it', () => {
    const own = body({});
    expect(withGrant(own, { operation: 'op', devices: [] })).toBe(own);
  });

  it('puts in the shares and names the devices that were counted', () => {
    const granted = withGrant(
      body({ CpuShares: 2, DeviceRequests: [{ Count: 1, Capabilities: [['gpu']], Options: { a: 'b' } }] }),
      {
        operation: 'op',
        cpuShares: 512,
        devices: ['GPU-2'],
      },
    );
    expect(hostOf(granted)).toEqual({
      Privileged: false,
      CpuShares: 512,
      DeviceRequests: [{ Count: 0, DeviceIDs: ['GPU-2'], Capabilities: [['gpu']], Options: { a: 'b' } }],
    });
  });

  it('asks the CDI driver for devices that CDI lists', () => {
    const request = { Driver: '', Count: 1, Capabilities: [['gpu']], Options: {} };
    const granted = withGrant(body({ DeviceRequests: [request] }), { operation: 'op', devices: ['nvidia.com/gpu=1'] });
    expect(hostOf(granted)).toMatchObject({
      DeviceRequests: [{ ...request, Driver: 'cdi', Count: 0, DeviceIDs: ['nvidia.com/gpu=1'] }],
    });
  });

  it('leaves several device requests as they are', () => {
    const requests = [{ Count: 1 }, { Count: 1 }];
    expect(hostOf(withGrant(body({ DeviceRequests: requests }), { operation: 'op', devices: ['a', 'b'] }))).toMatchObject({
      DeviceRequests: requests,
    });
  });
});

it('takes mounts without volume options', () => {
  const body = Buffer.from(
    JSON.stringify({ Image: 'x', HostConfig: { Mounts: [{ Type: 'volume', Source: 'data', Target: '/d' }] } }),
  );
  expect(
    parseCreate(body, { name: '', platform: '', apiVersion: '1.41', swarmId: 'a', isNode: () => false }).request.volumes,
  ).toEqual(['data']);
});
