import { describe, expect, it } from 'vitest';
import { type ContainerFacts, labels, type PublishedPort, type PublishMode } from '#contracts';
import { containerFacts } from '#testing';
import { type Forward, shownDoorstep } from './forward.ts';
import { type ForwardedEngine, forwardsOf, planForwards, runningForwards } from './forward-plan.ts';

const near: ForwardedEngine = { key: 'near', address: '10.0.0.1:2375', ip: '10.0.0.1' };
const far: ForwardedEngine = { key: 'far', address: 'nats://f00d', ip: '10.9.9.9' };
const here: ForwardedEngine = { key: 'here', address: 'unix:///run/docker.sock', ip: '' };
const rulesOf = (publish: PublishMode) => ({ publish, isOwn: (ip: string) => ip === '192.0.2.1' });

const port = (hostPort: number, given: Partial<ContainerFacts['ports'][number]> = {}) => {
  return { ip: '0.0.0.0', hostPort, containerPort: 80, protocol: 'tcp', ...given };
};
/** A container whose ports the leader granted. */
const granted = (...ports: PublishedPort[]) => {
  return containerFacts('c1', {
    ports: ports.map(({ engineIp, hostPort }) => port(hostPort, { ip: engineIp })),
    labels: { [labels.operation]: 'op', [labels.ports]: JSON.stringify({ operation: 'op', ports }) },
  });
};
const shown = (forwards: readonly Forward[]) =>
  forwards.map((forward) => {
    const { target } = forward;
    const place = target.kind === 'tunnel' ? `tunnel of ${target.engine}` : target.host;
    return `${shownDoorstep(forward)} to ${place}:${target.port}`;
  });

describe('what a container needs the gateway to listen on', () => {
  it.each<[PublishMode, ForwardedEngine, string[]]>([
    ['gateway', near, ['0.0.0.0:8080 to 10.0.0.1:8080']],
    ['gateway', far, ['0.0.0.0:8080 to tunnel of far:8080']],
    ['auto', far, ['0.0.0.0:8080 to tunnel of far:8080']],
    ['auto', near, []],
    ['engine', far, []],
    ['gateway', here, []],
    ['gateway', { ...near, ip: '192.0.2.1' }, []],
  ])('with --publish %s, on the engine %j, is %j', (mode, engine, wanted) => {
    const facts = containerFacts('c1', { ports: [port(8080)] });
    expect(shown(forwardsOf(engine, facts, rulesOf(mode)))).toEqual(wanted);
  });

  it.each([
    ['running', 1],
    ['paused', 1],
    ['exited', 0],
    ['created', 0],
    ['restarting', 0],
  ])('is asked for while it is %s: %d', (state, count) => {
    const facts = containerFacts('c1', { state, ports: [port(8080)] });
    expect(runningForwards(near, facts, rulesOf('gateway'))).toHaveLength(count);
    expect(forwardsOf(near, facts, rulesOf('gateway'))).toHaveLength(1);
  });

  it('is one doorstep for the twins of IPv4 and IPv6, and none for what is not published or no TCP and UDP', () => {
    const ports = [
      port(53, { protocol: 'udp' }),
      port(53, { ip: '::', protocol: 'udp' }),
      port(0),
      port(99, { protocol: 'sctp' }),
    ];
    expect(shown(forwardsOf(near, containerFacts('c1', { ports }), rulesOf('gateway')))).toEqual([
      '0.0.0.0:53/udp to 10.0.0.1:53',
    ]);
  });

  it('is nothing when the network mode discards its ports', () => {
    const facts = containerFacts('c1', { networkMode: 'host', ports: [port(8080)] });
    expect(forwardsOf(near, facts, rulesOf('gateway'))).toEqual([]);
  });

  it('is the address that the client asked for, which leads to the one that the engine binds', () => {
    const asked = { containerPort: '80/tcp', ip: '127.0.0.1', asked: '8080', hostPort: 8080, engineIp: '10.0.0.1' };
    expect(shown(forwardsOf(near, granted(asked), rulesOf('gateway')))).toEqual(['127.0.0.1:8080 to 10.0.0.1:8080']);
  });

  it('never leads to an address that only the container’s record names', () => {
    const forged = { containerPort: '80/tcp', ip: '', asked: '', hostPort: 8080, engineIp: '10.66.66.66' };
    expect(forwardsOf(near, granted(forged), rulesOf('gateway'))).toEqual([]);
  });

  it('is nothing on an engine without an address: it would lead to the gateway itself', () => {
    const alias = { key: 'alias', address: 'ssh://alias', ip: '' };
    expect(forwardsOf(alias, containerFacts('c1', { ports: [port(8080)] }), rulesOf('gateway'))).toEqual([]);
  });

  it('is nothing where the engine serves the very address itself', () => {
    const bound = containerFacts('c1', { ports: [port(8080, { ip: '10.0.0.1' })] });
    expect(forwardsOf(near, bound, rulesOf('gateway'))).toEqual([]);
  });
});

describe('the plan', () => {
  const forward = (container: string, createdAtMs: number, given: Partial<Forward> = {}): Forward => {
    const target = { kind: 'direct', host: '10.0.0.1', port: 80 } as const;
    return { ip: '', port: 80, protocol: 'tcp', container, createdAtMs, target, ...given };
  };

  it('gives a doorstep that several ask for to the oldest, whatever the order', () => {
    const wanted = [[forward('young', 2)], [forward('old', 1)], [forward('twin', 1)]];
    for (const order of [wanted, wanted.toReversed()])
      expect([...planForwards(order).values()].map(({ container }) => container)).toEqual(['old']);
  });

  it('parts doorsteps by address, port and protocol', () => {
    const others: Partial<Forward>[] = [{}, { protocol: 'udp' }, { port: 81 }, { ip: '127.0.0.1' }];
    const plan = planForwards([others.map((given) => forward('c1', 1, given))]);
    expect([...plan.keys()]).toEqual([' 80/tcp', ' 80/udp', ' 81/tcp', '127.0.0.1 80/tcp']);
  });
});
