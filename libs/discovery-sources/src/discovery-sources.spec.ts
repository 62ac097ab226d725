import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { fileSource } from './backends/file.source.ts';
import { parseDiscovery } from './discovery-argument.ts';
import { parseAddress } from './lists/address.ts';
import { linesOf } from './lists/list-file.ts';
import { enginesMax, expandRange, parseItems, readItems } from './lists/node-list.ts';
import { openRegistry } from './open-registry.ts';

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

  it('refuses a range that no fleet fills, and several that no fleet fills together', () => {
    expect(() => expandRange('10.0.0.[1:99999999]:2375')).toThrow('more than 100000 engines');
    const halves = [`a[1:${enginesMax - 1}]:1`, 'b[1:2]:1'];
    expect(() => readItems(halves, { ranges: true })).toThrow('more than 100000 engines');
  });

  it('names each bad item and keeps the good ones', () => {
    const { addresses, problems } = readItems(['a:1', 'foo', 'b[1:2]:1', '[::1'], { ranges: true });
    expect(addresses).toEqual(['a:1', 'b1:1', 'b2:1']);
    expect(problems.map(({ message }) => message)).toEqual([
      'address foo: missing port in address',
      "address [::1: missing ']' in address",
    ]);
  });
});

describe('an address', () => {
  it.each([
    '10.0.0.1:2375',
    '[fe80::1]:2375',
    '10.0.0.0/30:2375',
    'unix:///var/run/docker.sock',
    'tls://10.0.0.1:2376',
    'ssh://host',
    'ssh://root@10.0.0.1:22/run/docker.sock',
    'ssh://[::1]:22',
  ])('may be %s', (text) => {
    expect(parseAddress(text)).toBe(text);
  });

  it.each([
    ['1.1.1.1', 'address 1.1.1.1: missing port in address'],
    ['', 'missing port in address'],
    ['::1:2375', 'address ::1:2375: too many colons in address'],
    ['[::1]', 'address [::1]: missing port in address'],
    ['[::1', "address [::1: missing ']' in address"],
    ['10.0.0.[a:b]:2375', 'address 10.0.0.[a:b]:2375: too many colons in address'],
    ['unix://docker.sock', 'address unix://docker.sock: path of a unix socket must be absolute'],
    ['tls://10.0.0.1', 'address 10.0.0.1: missing port in address'],
    ['ssh://', 'address ssh://: it must be ssh://[user@]host[:port][/path/to/docker.sock]'],
    ['ssh://a:b:c', 'address ssh://a:b:c: it must be ssh://[user@]host[:port][/path/to/docker.sock]'],
    ['host:', 'address host:: the port must be a number from 1 to 65535, as in host:2375'],
    ['tcp://x:y', 'address x:y: the port must be a number from 1 to 65535, as in x:2375'],
    ['tls://[::1]:65536', 'address [::1]:65536: the port must be a number from 1 to 65535, as in [::1]:2375'],
    ['x:0', 'address x:0: the port must be'],
    ['http://1.1.1.1', 'address http://1.1.1.1: no engine is reached by http://'],
    ['nats://abc', 'address nats://abc: an agent lists itself'],
    ['nats://me:secr@t@h:4222', 'address nats://***@h:4222: an agent lists itself'],
    ['a'.repeat(600), 'longer than 512 characters'],
  ])('is refused when it is "%s"', (text, message) => {
    expect(() => parseAddress(text)).toThrow(message);
  });
});

describe('a discovery argument', () => {
  it('is a list of nodes without a scheme, each address once', () => {
    const wanted = { kind: 'nodes', name: 'nodes', addresses: ['10.0.0.1:2375', '10.0.0.2:2375'] };
    expect(parseDiscovery('10.0.0.1:2375,10.0.0.[1:2]:2375')).toEqual(wanted);
    expect(parseDiscovery('nodes://10.0.0.1:2375,tcp://10.0.0.2:2375')).toEqual(wanted);
  });

  it('may list addresses with a scheme of their own, also alone', () => {
    const addresses = (argument: string) => (parseDiscovery(argument) as { addresses: readonly string[] }).addresses;
    expect(addresses('unix:///var/run/docker.sock')).toEqual(['unix:///var/run/docker.sock']);
    expect(addresses('h:1,unix:///a.sock')).toEqual(['h:1', 'unix:///a.sock']);
    expect(addresses('ssh://root@10.0.0.[1:2]')).toEqual(['ssh://root@10.0.0.1', 'ssh://root@10.0.0.2']);
  });

  it('may name a file, a DNS name or the agents', () => {
    expect(parseDiscovery('file:///etc/fleet')).toEqual({ kind: 'file', path: '/etc/fleet', name: 'file:///etc/fleet' });
    expect(parseDiscovery('dns://tasks.engines:2375')).toMatchObject({ location: { name: 'tasks.engines', port: 2375 } });
    const service = { kind: 'dns', location: { name: '_docker._tcp.example', port: undefined, server: '10.0.0.2:53' } };
    expect(parseDiscovery('dns://_docker._tcp.example', ['dns.server=10.0.0.2:53'])).toMatchObject(service);
    expect(parseDiscovery('nats://')).toEqual({ kind: 'agents', name: 'nats' });
  });

  it('may name servers of a store and a prefix; entries lie where classic kept them, or in kv.path', () => {
    expect(parseDiscovery('etcd://10.0.0.1:2379,b/team/a')).toMatchObject({
      kind: 'etcd',
      location: { servers: ['10.0.0.1:2379', 'b:2379'], directory: 'team/a/docker/swarm/nodes' },
      tls: undefined,
    });
    expect(parseDiscovery('zk://a,b:1', ['kv.path=/my//nodes/'])).toMatchObject({
      location: { servers: ['a:2181', 'b:1'], directory: 'my/nodes' },
    });
    expect(parseDiscovery('consul://a', ['kv.cacertfile=/ca'])).toMatchObject({ tls: { caFile: '/ca' } });
  });

  it('may name a token, which is masked in its name', () => {
    const location = { origin: 'https://discovery.hub.docker.com', basePath: '/v1', token: 'abc' };
    expect(parseDiscovery('token://abc')).toEqual({ kind: 'token', name: 'token://***', location, tls: undefined });
    expect(parseDiscovery('token://h/abc', ['kv.cacertfile=/ca'])).toMatchObject({ tls: { caFile: '/ca' } });
    expect(parseDiscovery('token://h:1/a/b/abc')).toMatchObject({
      name: 'token://h:1/a/b/***',
      location: { origin: 'https://h:1', basePath: '/a/b', token: 'abc' },
    });
    expect(parseDiscovery('token+http://h:1/abc')).toMatchObject({ location: { origin: 'http://h:1', basePath: '' } });
  });

  it.each<[string, string[], string]>([
    [
      '1.1.1.1',
      [],
      'address 1.1.1.1: missing port in address, please check you are using the correct discovery (missing token:// ?)',
    ],
    ['1.1.1.1:2375,', [], 'missing port in address, please check'],
    ['ftp://1.1.1.1', [], 'discovery service not supported: "ftp" (known: nodes, file, etcd, consul, zk, token'],
    ['etcd://', [], 'etcd:// needs the address of a server'],
    ['etcd://http://x', [], 'is not host:port'],
    ['consul://a,b', [], 'consul does not support multiple endpoints'],
    ['token://', [], 'token is empty'],
    ['token+http://abc', [], 'a token service is token://host[:port]/token'],
    ['dns://a', [], 'address records have no port'],
    ['dns://_a._tcp.b:1', [], 'SRV records bring their own port'],
    ['nats://x', [], 'agents list themselves'],
    ['nats://me:secr@t@h:4222', [], 'not ***@h:4222: agents list themselves (the URL of NATS belongs to baleen join --nats)'],
    ['nats://me:s@h,nats://me:s@i', [], 'not ***@i: agents list themselves'],
    ['etcd://a', ['kv.pth=x'], 'discovery option "kv.pth" is not known to etcd://: it takes kv.path, kv.cacertfile'],
    ['zk://a', ['kv.cacertfile=x'], 'discovery option "kv.cacertfile" is not known to zk://: it takes kv.path'],
    ['a:1', ['kv.path=x'], 'discovery option "kv.path" is not known to nodes://: it takes none'],
    ['etcd://a', ['kv.path'], '--discovery-opt must contain key=value strings'],
    ['etcd://a', ['kv.path=a', 'kv.path=b'], 'discovery option kv.path is given twice'],
    ['etcd://a', ['kv.certfile=x'], 'kv.certfile and kv.keyfile go together'],
    ['dns://a:1', ['dns.server=ns.example'], 'is not an IP address'],
  ])('%s with %j is refused', (argument, options, message) => {
    expect(() => parseDiscovery(argument, options)).toThrow(message);
  });

  it('whose backend only lists cannot be registered with', () => {
    for (const argument of ['a:1', 'file:///f', 'dns://a:1', 'nats://']) {
      expect(() => openRegistry(parseDiscovery(argument), new ManualClock())).toThrow(
        'not implemented in this discovery service',
      );
    }
  });

  it('names the certificate file that cannot be read', () => {
    const argument = parseDiscovery('etcd://a', ['kv.cacertfile=/nowhere/ca.pem']);
    expect(() => openRegistry(argument, new ManualClock())).toThrow(/kv\.cacertfile: ENOENT.*\/nowhere\/ca\.pem/);
  });
});

describe('a discovery file', () => {
  it('holds addresses and ranges, with comments and blank lines', () => {
    const text = '\n# fleet\n 10.0.0.1:2375  # first\n\n10.0.0.[2:3]:2375\r\n#10.0.0.9:2375\n10.0.0.1:2375\n';
    expect(parseItems(linesOf(text))).toEqual(['10.0.0.1:2375', '10.0.0.2:2375', '10.0.0.3:2375']);
    expect(linesOf('')).toEqual([]);
  });

  it('is read each heartbeat; a bad line hides no good one, a missing file or one of bad lines only changes nothing', async () => {
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
    content = 'foo\na:1\nc:3\n';
    await clock.advanceSettling(120_000);
    content = '\u0000\u0001';
    await clock.advanceSettling(60_000);
    content = undefined;
    await clock.advanceSettling(60_000);
    content = 'a:1\nb:2';
    await clock.advanceSettling(60_000);
    content = '';
    await clock.advanceSettling(60_000);
    reading.stop();
    await clock.advanceSettling(600_000);
    expect(seen).toEqual([
      'a:1',
      'address foo: missing port in address',
      'a:1 c:3',
      'address \u0000\u0001: missing port in address',
      "failed to read 'f': ENOENT (it is to list the engines, one host:port a line)",
      'a:1 b:2',
      '',
    ]);
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
