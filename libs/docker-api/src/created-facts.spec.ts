import { describe, expect, it } from 'vitest';
import { containerFacts } from './container-facts.ts';
import { containerRow, listedFacts } from './container-row.ts';
import { createdFacts } from './created-facts.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const atMs = Date.parse('2026-01-02T03:04:05.678Z');
const hostConfig = {
  NetworkMode: 'net',
  PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }], '53/udp': [{ HostPort: '' }] },
  Memory: 7,
  MemoryReservation: 5,
  NanoCpus: 2,
  CpuShares: 512,
  CpusetCpus: '0-1',
  AutoRemove: true,
  DeviceRequests: [{ Driver: 'nvidia', Count: 2 }],
};
const asked = { Image: 'app', Labels: { a: 'b' }, ExposedPorts: { '80/tcp': {} }, HostConfig: hostConfig };
const madeOf = (body: unknown, warnings: string[] = []) => createdFacts({ body: JSON.stringify(body), warnings, atMs });

describe('what is known of a container that was just made', () => {
  it('is what an inspection would say', () => {
    const row = {
      Id: 'c1',
      Names: ['/web'],
      Image: 'app',
      ImageID: 'sha256:1',
      Created: Math.trunc(atMs / 1_000),
      State: 'created',
    };
    const summary = { ...row, Status: 'Created', Labels: asked.Labels, HostConfig: { NetworkMode: 'net' } };
    const { HostConfig, ...config } = asked;
    const inspection = {
      Id: 'c1',
      Created: new Date(atMs),
      Image: 'sha256:1',
      State: { Status: 'created' },
      Config: config,
      HostConfig,
    };
    const read = listedFacts(containerRow(bytes(summary)).value, atMs, madeOf(asked));
    expect(read).toEqual(containerFacts(containerRow(bytes(summary)).value, bytes(inspection)));
  });

  it.each([
    ['a warning', asked, ['Your kernel does not support memory limits']],
    ['a range of host ports', { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8000-8010' }] } } }, []],
    ['the host’s network', { HostConfig: { NetworkMode: 'host' } }, []],
    ['all ports of its image', { HostConfig: { PublishAllPorts: true } }, []],
    ['a body that is read otherwise here', { Image: 7 }, []],
  ])('is the engine’s to say after %s', (_what, body, warnings) => {
    expect(madeOf(body, warnings)).toBeUndefined();
  });
});
