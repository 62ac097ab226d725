import { describe, expect, it } from 'vitest';
import { labels, type PublishedPort } from '#contracts';
import { askedBindings, reachableBindings, reachablePorts, shownAddress } from './published-ports.ts';

const near = { address: '10.0.0.1:2375', ip: '10.0.0.1' };
const far = { address: 'nats://f00d', ip: '10.9.9.9' };
const unlabelled = { labels: {}, ports: [] };
const granted = (...ports: PublishedPort[]) => {
  return {
    labels: { [labels.operation]: 'op', [labels.ports]: JSON.stringify({ operation: 'op', ports }) },
    ports: ports.map(({ containerPort, engineIp, hostPort }) => {
      const [port = '', protocol = ''] = containerPort.split('/');
      return { ip: engineIp, hostPort, containerPort: Number(port), protocol };
    }),
  };
};
const web = { containerPort: '80/tcp', ip: '127.0.0.1', asked: '8080', hostPort: 8080, engineIp: '10.0.0.1' };

describe('a port published at its engine', () => {
  const shown = shownAddress(unlabelled, near, 'auto');

  it('is shown in lists at the address of the engine, its IPv4 and IPv6 twins once', () => {
    const bound = { PrivatePort: 80, PublicPort: 8080, Type: 'tcp' };
    const ports = [
      { IP: '0.0.0.0', ...bound },
      { IP: '::', ...bound },
      { PrivatePort: 443, Type: 'tcp' },
    ];
    expect(reachablePorts(ports, shown)).toEqual([
      { IP: '10.0.0.1', ...bound },
      { PrivatePort: 443, Type: 'tcp' },
    ]);
  });

  it('is shown in an inspect at the address of the engine, but where it is bound to one', () => {
    const bindings = {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
      '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '81' }],
      '443/tcp': null,
    };
    expect(reachableBindings(bindings, shown)).toEqual({
      '80/tcp': [{ HostIp: '10.0.0.1', HostPort: '8080' }],
      '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '81' }],
      '443/tcp': null,
    });
  });

  it('is shown as it is while the address of the engine is not known', () => {
    expect(shownAddress(unlabelled, { ...near, ip: '' }, 'engine')('0.0.0.0', 80, 'tcp')).toBe('0.0.0.0');
  });
});

describe('a port published at the gateways', () => {
  it('is shown where the client asked for it', () => {
    const shown = shownAddress(granted(web), near, 'gateway');
    expect([shown('10.0.0.1', 8080, 'tcp'), shown('10.0.0.1', 8080, 'udp'), shown('0.0.0.0', 81, 'tcp')]).toEqual([
      '127.0.0.1',
      '10.0.0.1',
      '0.0.0.0',
    ]);
  });

  it('is shown at every address when nobody asked for one, also behind an agent', () => {
    expect(shownAddress(unlabelled, far, 'auto')('0.0.0.0', 8080, 'tcp')).toBe('0.0.0.0');
  });
});

describe('the bindings of HostConfig', () => {
  const drawn = { containerPort: '53/udp', ip: '', asked: '', hostPort: 61_000, engineIp: '' };
  const bindings = {
    '53/udp': [{ HostIp: '', HostPort: '61000' }],
    '80/tcp': [{ HostIp: '10.0.0.1', HostPort: '8080' }],
    '90/tcp': null,
  };

  it('are those that the client asked for, before ports were drawn and addresses moved', () => {
    expect(askedBindings(bindings, granted(web, drawn))).toEqual({
      '53/udp': [{ HostIp: '', HostPort: '' }],
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
      '90/tcp': null,
    });
  });

  it('leave out what PublishAllPorts added', () => {
    const { asked: _, ...all } = drawn;
    expect(askedBindings({ '53/udp': bindings['53/udp'] }, granted(all))).toEqual({});
  });

  it('are the engine’s own when nothing was granted, or the label is another container’s', () => {
    const { labels: own, ports } = granted(web);
    expect(askedBindings(bindings, unlabelled)).toBeUndefined();
    expect(askedBindings(bindings, { labels: { ...own, [labels.operation]: 'another' }, ports })).toBeUndefined();
  });
});
