import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { parseDiscovery } from './discovery-argument.ts';
import { fileSource, parseFile } from './file.source.ts';
import { expandRange, parseAddress } from './node-list.ts';

describe('the range rule', () => {
  it.each([
    ['10.0.0.[11:13]:2375', ['10.0.0.11:2375', '10.0.0.12:2375', '10.0.0.13:2375']],
    ['192.168.1.2:[2:4]375', ['192.168.1.2:2375', '192.168.1.2:3375', '192.168.1.2:4375']],
    ['node[01:03]:1', ['node1:1', 'node2:1', 'node3:1']],
    ['10.0.0.[3:1]:2375', []],
    ['[::1]:2375', ['[::1]:2375']],
    ['10.0.0.[a:b]:2375', ['10.0.0.[a:b]:2375']],
    ['10.0.[1:2].[1:2]:2375', ['10.0.[1:2].[1:2]:2375']],
  ])('expands %s', (item, entries) => {
    expect(expandRange(item)).toEqual(entries);
  });

  it('refuses a range that no fleet fills', () => {
    expect(() => expandRange('10.0.0.[1:99999999]:2375')).toThrow('more than 100000 engines');
  });
});

describe('an address', () => {
  it.each(['10.0.0.1:2375', '[fe80::1]:2375', 'host:', '10.0.0.0/30:2375', 'unix:///var/run/docker.sock'])(
    'may be %s',
    (text) => {
      expect(parseAddress(text)).toBe(text);
    },
  );

  it.each([
    ['1.1.1.1', 'address 1.1.1.1: missing port in address'],
    ['', 'missing port in address'],
    ['::1:2375', 'address ::1:2375: too many colons in address'],
    ['[::1]', 'address [::1]: missing port in address'],
    ['[::1', "address [::1: missing ']' in address"],
    ['10.0.0.[a:b]:2375', 'address 10.0.0.[a:b]:2375: too many colons in address'],
    ['unix://docker.sock', 'address unix://docker.sock: path of a unix socket must be absolute'],
  ])('is refused when it is "%s"', (text, message) => {
    expect(() => parseAddress(text)).toThrow(message);
  });
});

describe('a discovery argument', () => {
  it('is a list of nodes without a scheme, each address once', () => {
    const wanted = { kind: 'nodes', addresses: ['10.0.0.1:2375', '10.0.0.2:2375'] };
    expect(parseDiscovery('10.0.0.1:2375,10.0.0.[1:2]:2375')).toEqual(wanted);
    expect(parseDiscovery('nodes://10.0.0.1:2375,10.0.0.2:2375')).toEqual(wanted);
  });

  it('may list unix sockets, also alone', () => {
    expect(parseDiscovery('unix:///var/run/docker.sock')).toEqual({ kind: 'nodes', addresses: ['unix:///var/run/docker.sock'] });
    expect(parseDiscovery('h:1,unix:///a.sock')).toEqual({ kind: 'nodes', addresses: ['h:1', 'unix:///a.sock'] });
  });

  it('may name a file', () => {
    expect(parseDiscovery('file:///etc/fleet')).toEqual({ kind: 'file', path: '/etc/fleet', name: 'file:///etc/fleet' });
  });

  it.each([
    [
      '1.1.1.1',
      'address 1.1.1.1: missing port in address, please check you are using the correct discovery (missing token:// ?)',
    ],
    ['1.1.1.1:2375,', 'missing port in address, please check'],
    ['ftp://1.1.1.1', 'discovery service not supported'],
    ['etcd://10.0.0.1/x', 'discovery with etcd:// is not available yet'],
    ['token://abc', 'discovery with token:// is not available yet'],
  ])('is refused when it is %s', (argument, message) => {
    expect(() => parseDiscovery(argument)).toThrow(message);
  });
});

describe('a discovery file', () => {
  it('holds addresses and ranges, with comments and blank lines', () => {
    const text = '\n# fleet\n 10.0.0.1:2375  # first\n\n10.0.0.[2:3]:2375\r\n#10.0.0.9:2375\n10.0.0.1:2375\n';
    expect(parseFile(text)).toEqual(['10.0.0.1:2375', '10.0.0.2:2375', '10.0.0.3:2375']);
    expect(parseFile('')).toEqual([]);
  });

  it('is read each heartbeat; a bad line or a missing file is an error and the old list stays', async () => {
    const clock = new ManualClock();
    let content: string | undefined = 'a:1\n';
    const seen: string[] = [];
    const readText = async () => {
      if (content === undefined) throw new Error('ENOENT');
      return content;
    };
    const source = fileSource({ name: 'file://f', path: 'f', heartbeatMs: 60_000, clock, readText });
    const reading = source.start({
      onList: (addresses) => seen.push(addresses.join(' ')),
      onError: (error) => seen.push(error.message),
    });
    await clock.advanceSettling(60_000);
    content = 'foo\n';
    await clock.advanceSettling(60_000);
    content = undefined;
    await clock.advanceSettling(60_000);
    content = 'a:1\nb:2';
    await clock.advanceSettling(60_000);
    content = '';
    await clock.advanceSettling(60_000);
    reading.stop();
    await clock.advanceSettling(600_000);
    expect(seen).toEqual(['a:1', 'address foo: missing port in address', "failed to read 'f': ENOENT", 'a:1 b:2', '']);
  });

  it('is read soon after it changed, once for several saves', async () => {
    const clock = new ManualClock();
    let reads = 0;
    let changed: () => void = () => undefined;
    const reading = fileSource({
      name: 'file://f',
      path: 'f',
      heartbeatMs: 60_000,
      clock,
      readText: async () => `a:${++reads}`,
      watch: (_path, onChange) => {
        changed = onChange;
        return { stop: () => undefined };
      },
    }).start({ onList: () => undefined, onError: () => undefined });
    await clock.advanceSettling(10);
    changed();
    changed();
    await clock.advanceSettling(100);
    reading.stop();
    expect(reads).toBe(2);
  });
});
