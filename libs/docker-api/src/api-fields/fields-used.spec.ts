import { describe, expect, it } from 'vitest';
import { operationOf } from './field-rule.ts';
import { dependsOnBody, fieldsUsed } from './fields-used.ts';

const create = (body: object, { query = '', apiVersion = '1.55' } = {}) =>
  fieldsUsed({
    operation: operationOf('POST', '/containers/create'),
    query: new URLSearchParams(query),
    body,
    apiVersion,
  });

describe('fields newer than an engine', () => {
  it.each([
    ['annotations', { HostConfig: { Annotations: { a: 'b' } } }, 'HostConfig.Annotations', '1.43'],
    ['names in any case', { hostconfig: { annotations: { a: 'b' } } }, 'HostConfig.Annotations', '1.43'],
    ['a start interval', { Healthcheck: { StartInterval: 1 } }, 'Healthcheck.StartInterval', '1.44'],
    [
      'a sub-path in one of several mounts',
      { HostConfig: { Mounts: [{ Type: 'bind' }, { Type: 'volume', VolumeOptions: { Subpath: 'a' } }] } },
      'HostConfig.Mounts[].VolumeOptions.Subpath',
      '1.45',
    ],
    ['an image mount', { HostConfig: { Mounts: [{ Type: 'image' }] } }, 'HostConfig.Mounts[].Type=image', '1.48'],
    [
      'two endpoints',
      { NetworkingConfig: { EndpointsConfig: { a: {}, b: null } } },
      'NetworkingConfig.EndpointsConfig with more than 1',
      '1.44',
    ],
    [
      'an option whose name has dots',
      { NetworkingConfig: { EndpointsConfig: { a: { DriverOpts: { 'com.docker.network.endpoint.sysctls': 'x' } } } } },
      'NetworkingConfig.EndpointsConfig.*.DriverOpts.com.docker.network.endpoint.sysctls',
      '1.46',
    ],
  ])('are found: %s', (_, body, field, since) => {
    expect(create(body)[0]).toEqual({ field, since });
  });

  it('are not what a client leaves empty', () => {
    const empty = {
      Healthcheck: { StartInterval: 0, StartPeriod: 0 },
      StopTimeout: null,
      HostConfig: {
        Annotations: {},
        CgroupnsMode: '',
        AutoRemove: false,
        Mounts: [],
        DeviceRequests: null,
        ConsoleSize: [24, 80],
      },
      NetworkingConfig: { EndpointsConfig: { net: { GwPriority: 0, MacAddress: '', DriverOpts: null } } },
    };
    expect(create(empty, { query: 'name=web&platform=' })).toEqual([]);
  });

  it('are none to a client that speaks an older version itself', () => {
    const body = { HostConfig: { Annotations: { a: 'b' }, CgroupnsMode: 'host' } };
    expect(create(body, { apiVersion: '1.41' })).toEqual([{ field: 'HostConfig.CgroupnsMode', since: '1.41' }]);
  });

  it('are looked for in the query as well, with Docker’s words for no', () => {
    const stop = (query: string) =>
      fieldsUsed({ operation: 'POST /containers/{}/stop', query: new URLSearchParams(query), apiVersion: '' });
    expect(stop('t=1&signal=INT')).toEqual([{ field: 'signal', since: '1.42' }]);
    expect(stop('t=1&signal=')).toEqual([]);
    const wait = (condition: string) =>
      fieldsUsed({ operation: 'POST /containers/{}/wait', query: new URLSearchParams({ condition }), apiVersion: '' });
    expect([wait('not-running'), wait('removed')]).toEqual([[], [{ field: 'condition', since: '1.30' }]]);
  });

  it('may be an explicit no', () => {
    const network = (body: object) =>
      fieldsUsed({ operation: 'POST /networks/create', query: new URLSearchParams(), body, apiVersion: '' });
    expect([network({ EnableIPv4: true }), network({ EnableIPv4: false })[0]?.since]).toEqual([[], '1.48']);
  });

  it('tell when a body need not be read', () => {
    expect(['1.24', '1.41'].map((version) => dependsOnBody('POST /containers/{}/exec', version))).toEqual([true, false]);
  });
});
