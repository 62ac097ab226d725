import { describe, expect, it } from 'vitest';
import { BaleenError, labels, type PlacementRequest, publishedLabel, type SchedulerReply } from '#contracts';
import { containerFacts, containerOf, engineIdentity, placementRequest } from '../fleet/fleet.builders.ts';
import { TestFleet } from '../scheduler.builders.ts';

const span = { from: 61_000, to: 61_004 };

async function fleetOf(publish: 'auto' | 'gateway', ...keys: string[]): Promise<TestFleet> {
  const fleet = new TestFleet({ publish, publishPorts: span });
  for (const key of keys) await fleet.engine(key, { address: key.startsWith('nats') ? 'nats://a1' : `${key}:2375` });
  await fleet.scheduler('s1');
  return fleet;
}

type Asked = { readonly containerPort?: string; readonly ip?: string; readonly hostPort?: string };

function publishing(asked: readonly Asked[], given: Partial<PlacementRequest> = {}): PlacementRequest {
  const bindings = asked.map(({ containerPort = '80/tcp', ip = '', hostPort = '' }) => ({ containerPort, ip, hostPort }));
  const ports = bindings.flatMap(({ ip, hostPort, containerPort }) =>
    /^[1-9]\d*$/.test(hostPort) ? [{ ip, hostPort: Number(hostPort), protocol: containerPort.split('/')[1] ?? 'tcp' }] : [],
  );
  return placementRequest({ bindings, ports, ...given });
}

type Grant = SchedulerReply<'place'>;
const portsOf = (answer: unknown) => ((answer as Grant).published ?? []).map(({ hostPort }) => hostPort);
const complaint = (answer: unknown) => {
  if (!(answer instanceof BaleenError)) throw new Error('it was granted');
  return [answer.code, answer.message];
};

describe('host ports at the gateway', () => {
  it('are one set for the whole fleet: a taken one is refused with its holder', async () => {
    const fleet = await fleetOf('gateway', 'a', 'b');
    const request = publishing([{ hostPort: '8080' }]);
    await fleet.container('a', containerFacts('c1', { names: ['web'], ports: [port(8080)], state: 'exited' }));
    const [code, message] = complaint(await fleet.ask('place', { operation: 'op', request }));
    expect(code).toBe('placement/port-taken');
    expect(message).toContain('Bind for 0.0.0.0:8080 failed: port is already allocated by container web on node node-a');
  });

  it('are given to a container of compose that takes the place of the one that has them', async () => {
    const fleet = await fleetOf('gateway', 'a', 'b');
    const ofService = (number: string) => ({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': number,
    });
    await fleet.container('a', containerFacts('c1', { names: ['web'], ports: [port(8080)], labels: ofService('1') }));
    const ask = (number: string) =>
      fleet.ask('place', {
        operation: `op-${number}`,
        request: publishing([{ hostPort: '8080' }], { labels: ofService(number) }),
      });
    expect(complaint(await ask('2'))[0]).toBe('placement/port-taken');
    expect(portsOf(await ask('1'))).toEqual([8080]);
    const ofRange = publishing([{ hostPort: '8080-8081' }], { labels: ofService('3') });
    await fleet.container('a', containerFacts('c3', { names: ['web-3'], ports: [port(8081)], labels: ofService('3') }));
    expect(portsOf(await fleet.ask('place', { operation: 'op-3', request: ofRange }))).toEqual([8081]);
  });

  it('are not said to be whose where the holder is another tenant’s', async () => {
    const fleet = await fleetOf('gateway', 'a', 'b');
    const ownedBy = (tenant: string) => ({ [labels.owner]: tenant });
    await fleet.container('a', containerFacts('c1', { names: ['theirs'], ports: [port(8080)], labels: ownedBy('team-b') }));
    const ask = async (tenant: string, more: Partial<PlacementRequest> = {}) =>
      complaint(
        await fleet.ask('place', {
          operation: `op-${tenant}`,
          request: publishing([{ hostPort: '8080' }], { labels: ownedBy(tenant), ...more }),
        }),
      );
    expect(await ask('team-a')).toEqual([
      'placement/port-taken',
      'Bind for 0.0.0.0:8080 failed: port is already allocated: publish another host port',
    ]);
    expect((await ask('team-a', { constraints: ['node==node-a'] }))[1]).not.toMatch(/theirs|node-a/);
    expect((await ask('team-b'))[1]).toContain('by container theirs on node node-a');
    expect((await ask(''))[1]).toContain('by container theirs on node node-a');
  });

  it('follow Docker’s rules for addresses and protocols', async () => {
    const fleet = await fleetOf('gateway', 'a', 'b');
    await fleet.container('a', containerFacts('c1', { names: ['web'], ports: [{ ...port(53), ip: '10.0.0.1' }] }));
    const ask = (operation: string, asked: Asked) => fleet.ask('place', { operation, request: publishing([asked]) });
    expect(await ask('udp', { hostPort: '53', containerPort: '53/udp' })).toMatchObject({ published: [{ hostPort: 53 }] });
    expect(await ask('other', { hostPort: '53', ip: '10.0.0.2' })).toMatchObject({ engine: 'b' });
    expect(complaint(await ask('same', { hostPort: '53', ip: '10.0.0.1' }))[0]).toBe('placement/port-taken');
    expect(complaint(await ask('any', { hostPort: '53' }))[0]).toBe('placement/port-taken');
  });

  it('are drawn so that no two creates at once get the same, and refused when none is left', async () => {
    const fleet = await fleetOf('gateway', 'a', 'b', 'c');
    const request = publishing([{}], { publishesAll: true, exposedPorts: [] });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => fleet.ask('place', { operation: `op-${index}`, request })),
    );
    const drawn = answers.flatMap(portsOf);
    expect(drawn.toSorted()).toEqual([61_000, 61_001, 61_002, 61_003, 61_004]);
    const refused = answers.find((answer) => answer instanceof BaleenError);
    expect(complaint(refused)[1]).toContain('all of 61000-61004 (--publish-ports) are already allocated');
  });

  it('are drawn for every exposed port, from a range that was asked for, and not where the gateway cannot listen', async () => {
    const fleet = await fleetOf('gateway', 'a');
    const request = publishing([{ hostPort: '8000-8001' }], { publishesAll: true, exposedPorts: ['80/tcp', '443/tcp'] });
    const grant = await fleet.ask('place', { operation: 'op', request, avoidPorts: ['8000/tcp', '61000/tcp'] });
    expect((grant as Grant).published).toEqual([
      { containerPort: '80/tcp', ip: '', asked: '8000-8001', hostPort: 8001, engineIp: '' },
      { containerPort: '443/tcp', ip: '', hostPort: 61_001, engineIp: '' },
    ]);
  });

  it('are granted again alike, and held by the container once it is there', async () => {
    const fleet = await fleetOf('gateway', 'a', 'b');
    const request = publishing([{}]);
    const first = portsOf(await fleet.ask('place', { operation: 'op', request }));
    expect(portsOf(await fleet.ask('place', { operation: 'op', request }))).toEqual(first);
    const own = publishedLabel('op', [{ containerPort: '80/tcp', ip: '', asked: '', hostPort: first[0] ?? 0, engineIp: '' }]);
    const ports = [{ ip: '', hostPort: first[0] ?? 0, protocol: 'tcp' }];
    const made = containerOf('c1', 'op', { ...request, ports, labels: { [labels.ports]: own } });
    await fleet.container('a', made);
    await fleet.pass(50);
    const others = await Promise.all([1, 2, 3, 4].map((n) => fleet.ask('place', { operation: `o${n}`, request })));
    expect(others.flatMap(portsOf).toSorted()).toEqual([61_001, 61_002, 61_003, 61_004]);
  });

  it('with an address of the gateway’s are bound where the gateway reaches the engine', async () => {
    const fleet = await fleetOf('gateway', 'a');
    const request = publishing([{ ip: '127.0.0.1', hostPort: '8080' }]);
    const grant = (await fleet.ask('place', { operation: 'op', request })) as Grant;
    expect(grant.published[0]).toMatchObject({ ip: '127.0.0.1', hostPort: 8080, engineIp: '10.0.0.1' });
  });

  it('stay the engine’s own for engines with an address, by default', async () => {
    const fleet = await fleetOf('auto', 'a', 'b');
    const request = publishing([{ hostPort: '8080' }]);
    const answers = await Promise.all(['o1', 'o2'].map((operation) => fleet.ask('place', { operation, request })));
    expect(answers.map((answer) => [(answer as Grant).engine, portsOf(answer)]).toSorted()).toEqual([
      ['a', []],
      ['b', []],
    ]);
  });

  it('of an engine behind an agent are the fleet’s by default; others may have the port beside it', async () => {
    const fleet = await fleetOf('auto', 'nats-a', 'b');
    await fleet.write('lease.engine.nats-a', { holder: 'monitor-1' });
    await fleet.container('nats-a', containerFacts('c1', { names: ['web'], ports: [port(8080)] }));
    const request = publishing([{ hostPort: '8080' }]);
    expect(await fleet.ask('place', { operation: 'op', request })).toMatchObject({ engine: 'b', published: [] });
  });

  it('that are named are granted before others are drawn, in the order of the request', async () => {
    const fleet = await fleetOf('gateway', 'a');
    const request = publishing([{ containerPort: '80/tcp' }, { containerPort: '81/tcp', hostPort: '61000' }]);
    expect(portsOf(await fleet.ask('place', { operation: 'op', request }))).toEqual([61_001, 61_000]);
  });

  it.each([
    [{ hostPort: '70000' }, 'invalid port specification: "70000"'],
    [{ hostPort: 'abc' }, 'invalid port specification: "abc"'],
    [{ hostPort: '8080', ip: 'nowhere' }, 'invalid IP address: nowhere'],
  ])('that are none are refused: %o', async (asked, words) => {
    const fleet = await fleetOf('gateway', 'a');
    const answer = await fleet.ask('place', { operation: 'op', request: publishing([asked]) });
    const [code, message] = complaint(answer);
    expect(code).toBe('request/invalid');
    expect(message).toContain(words);
  });

  it('are not on engines that gateways know no address of', async () => {
    const fleet = await fleetOf('gateway');
    const identity = engineIdentity('alias', { ip: '' });
    await fleet.engine('a', { address: 'ssh://alias', identity });
    const answer = await fleet.ask('place', { operation: 'op', request: publishing([{ hostPort: '8080' }]) });
    expect(complaint(answer)[1]).toContain('no address is known at which gateways reach its ports');
  });

  it('of an image that exposes sctp cannot all be published', async () => {
    const fleet = await fleetOf('gateway', 'a');
    const request = publishing([], { publishesAll: true, exposedPorts: ['80/sctp'] });
    expect(complaint(await fleet.ask('place', { operation: 'op', request }))[1]).toContain('80/sctp cannot be published');
  });

  it('cannot be sctp', async () => {
    const fleet = await fleetOf('gateway', 'a');
    const request = publishing([{ containerPort: '80/sctp', hostPort: '80' }]);
    expect(complaint(await fleet.ask('place', { operation: 'op', request }))[1]).toContain('80/sctp cannot be published');
  });
});

function port(hostPort: number) {
  return { ip: '', hostPort, containerPort: 80, protocol: 'tcp' };
}
