import { describe, expect, it } from 'vitest';
import { discoveryOf } from './discovery-flags.ts';
import { type JoinOptions, joinSettings } from './join-flags.ts';

const given: JoinOptions = { advertise: 'h:2375', delay: '0s', heartbeat: '60s', ttl: '180s', discoveryOpt: [], check: true };
const settings = (options: Partial<JoinOptions>) => joinSettings({ ...given, ...options }, 'etcd://store');

describe('the flags of join', () => {
  it('have the defaults of classic Swarm', () => {
    const { discovery, ...rest } = settings({});
    expect(discovery.kind).toBe('etcd');
    expect(rest).toEqual({ advertise: 'h:2375', delayMs: 0, heartbeatMs: 60_000, ttlMs: 180_000, isChecked: true });
  });

  it.each(['host-name_42:1111', '[2001:db8::3]:2375', ':2375', 'tls://h:2376'])('take %s as an address', (advertise) => {
    expect(settings({ advertise }).advertise).toBe(advertise);
  });

  it.each(['1.1.1.1', 'host:', 'x:111111', 'http://1.1.1.1', 'x:0', 'x:-1', 'x:65536', 'x: 4000', 'x:m2', '2001:db8::3:2375'])(
    'refuse %s as an address',
    (advertise) => {
      expect(() => settings({ advertise })).toThrow('--advertise should be of the form ip:port or hostname:port');
    },
  );

  it.each<[string, Partial<JoinOptions>, string]>([
    ['no address', { advertise: '', delay: 'x' }, 'missing mandatory --advertise flag'],
    ['a delay that is no duration', { delay: '5', heartbeat: 'x' }, 'invalid --delay: time: invalid duration "5"'],
    ['a negative delay', { delay: '-1s' }, '--delay should not be a negative number'],
    ['a heartbeat that is no duration', { heartbeat: 'soon', ttl: 'x' }, 'invalid --heartbeat'],
    ['a heartbeat below a second', { heartbeat: '999ms' }, '--heartbeat should be at least one second'],
    ['a ttl that is no duration', { ttl: 'x' }, 'invalid --ttl'],
    ['a ttl as short as the heartbeat', { ttl: '60s' }, '--ttl must be strictly superior to the heartbeat value'],
    ['an option without =', { discoveryOpt: ['x'] }, '--discovery-opt must contain key=value strings'],
    ['an option nobody knows', { discoveryOpt: ['x=y'] }, 'discovery option "x" is not known to etcd://'],
  ])('refuse %s', (_, options, message) => {
    expect(() => settings(options)).toThrow(message);
  });
});

describe('a discovery argument on the command line', () => {
  it('is the one given, else SWARM_DISCOVERY; none and several are refused', () => {
    expect(discoveryOf('join', ['a:1'], { SWARM_DISCOVERY: 'b:1' }, 'join')).toBe('a:1');
    expect(discoveryOf('join', [], { SWARM_DISCOVERY: 'b:1' }, 'join')).toBe('b:1');
    expect(() => discoveryOf('join', [], {}, 'join')).toThrow("discovery required to join a cluster. See 'baleen join --help'.");
    expect(() => discoveryOf('list', ['a:1', 'b:1'], {}, 'list')).toThrow('list takes one discovery argument, not 2');
  });
});
