import { describe, expect, it } from 'vitest';
import { parseEngineAddress, showEngineAddress } from './engine-address.ts';

describe('an engine address', () => {
  it.each([
    ['10.0.0.1:2375', { kind: 'tcp', host: '10.0.0.1', port: 2375 }],
    ['tls://engine-1:2376', { kind: 'tls', host: 'engine-1', port: 2376 }],
    ['tls://[::1]:2376', { kind: 'tls', host: '::1', port: 2376 }],
    ['ssh://host', { kind: 'ssh', host: 'host', socketPath: '/var/run/docker.sock' }],
    [
      'ssh://me@[fe80::1]:2222/run/user/1/docker.sock',
      { user: 'me', host: 'fe80::1', port: 2222, socketPath: '/run/user/1/docker.sock' },
    ],
  ])('%s is read and shown as it was written', (text, expected) => {
    const address = parseEngineAddress(text);
    expect(address).toMatchObject(expected);
    expect(showEngineAddress(address)).toBe(text);
  });

  it('with tcp:// means the same as without', () => {
    expect(parseEngineAddress('tcp://h:1')).toEqual(parseEngineAddress('h:1'));
  });

  it.each([
    ['http://h:1', 'the scheme http is not known, use tcp://, tls://, ssh://, unix:// or nats://'],
    ['tls://h', 'it must be host:port'],
    ['ssh://', 'the host is missing'],
    ['ssh://h:0', 'the port must be from 1 to 65535'],
    ['ssh://-oProxyCommand=x', 'is no host name'],
    ['ssh://-l@h', 'is no user name'],
    ['ssh://h:22:22', 'it must be ssh://'],
    ['ssh://h/a:b', 'the path of the socket may hold'],
    ['ssh://h/%h', 'the path of the socket may hold'],
    ['ssh://h/${HOME}', 'the path of the socket may hold'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => parseEngineAddress(text)).toThrow(
      expect.objectContaining({ code: 'discovery/invalid', message: expect.stringContaining(reason) }),
    );
  });

  it('never repeats a password', () => {
    expect(() => parseEngineAddress('ssh://me:secret@h')).toThrow(/^(?!.*secret).*a password cannot stand in it/);
    const natsUrl = /^(?!.*secret).*"nats:\/\/\*\*\*@h:4222": an agent is named by its id alone.*baleen join --nats/;
    expect(() => parseEngineAddress('nats://me:secret@secret@h:4222')).toThrow(natsUrl);
    expect(() => parseEngineAddress('nats://secret@h:4222')).toThrow(natsUrl);
  });
});
