import { describe, expect, it } from 'vitest';
import { labels } from './labels.ts';
import { claimedPorts, type PublishedPort, publishedPorts } from './publishing.ts';

const granted: PublishedPort = { containerPort: '80/tcp', ip: '127.0.0.1', asked: '', hostPort: 61_000, engineIp: '10.0.0.1' };
const held = { ip: '10.0.0.1', hostPort: 61_000, containerPort: 80, protocol: 'tcp' };

function labelled(ports: readonly object[], operation = 'op') {
  return { [labels.operation]: 'op', [labels.ports]: JSON.stringify({ operation, ports }) };
}

describe('the label of granted ports', () => {
  it('says how a port was asked for that the container has', () => {
    expect(publishedPorts({ labels: labelled([granted]), ports: [held] })).toEqual([granted]);
  });

  it('takes every spelling of every address for the same', () => {
    const anywhere = { ...granted, ip: '', engineIp: '' };
    expect(publishedPorts({ labels: labelled([anywhere]), ports: [{ ...held, ip: '0.0.0.0' }] })).toEqual([anywhere]);
  });

  it('inherited from a committed image claims nothing that its container does not publish', () => {
    expect(claimedPorts({ labels: labelled([granted]), ports: [], networkMode: 'bridge' })).toEqual([]);
    const other = { ...held, hostPort: 8080 };
    expect(claimedPorts({ labels: labelled([granted]), ports: [other], networkMode: 'bridge' })).toMatchObject([
      { ip: '10.0.0.1', hostPort: 8080, engineIp: '10.0.0.1' },
    ]);
  });

  it.each([
    ['another host', { engineIp: '10.9.9.9' }],
    ['a name', { engineIp: 'database' }],
    ['a port beyond the last', { hostPort: 70_000 }],
    ['another port', { hostPort: 22 }],
    ['another protocol', { containerPort: '80/udp' }],
    ['no address', { ip: 'localhost' }],
  ])('forged with %s counts for nothing', (_what, forged) => {
    expect(publishedPorts({ labels: labelled([{ ...granted, ...forged }]), ports: [held] })).toEqual([]);
  });

  it('of another operation counts for nothing', () => {
    expect(publishedPorts({ labels: labelled([granted], 'other'), ports: [held] })).toEqual([]);
  });
});
