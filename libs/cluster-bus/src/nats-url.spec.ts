import { describe, expect, it } from 'vitest';
import { parseNatsUrl, shownNatsUrl } from './nats-url.ts';

describe('the address of NATS', () => {
  it.each([
    ['nats://127.0.0.1:4222', { servers: ['127.0.0.1:4222'] }],
    ['10.0.0.1:4222,10.0.0.2', { servers: ['10.0.0.1:4222', '10.0.0.2'] }],
    ['agent:12@3@n1:4222', { servers: ['n1:4222'], user: 'agent', pass: '12@3' }],
    ['nats://agent:123%2F4@[fd00::1]:4222', { servers: ['[fd00::1]:4222'], user: 'agent', pass: '123/4' }],
    ['nats://a:b@n1:4222,nats://n2:4222', { servers: ['n1:4222', 'n2:4222'], user: 'a', pass: 'b' }],
    ['nats://s3cr3t@host', { servers: ['host'], token: 's3cr3t' }],
  ])('%s is read', (text, endpoint) => {
    expect(parseNatsUrl(text)).toEqual({ ...endpoint, wantsTls: false });
  });

  it('asks for TLS when one of the servers is written tls://', () => {
    expect(parseNatsUrl('tls://a:b@n1:4222')).toEqual({ servers: ['n1:4222'], user: 'a', pass: 'b', wantsTls: true });
    expect(parseNatsUrl('nats://n1,tls://n2')).toMatchObject({ servers: ['n1', 'n2'], wantsTls: true });
  });

  it('is refused without showing its password when it is none', () => {
    expect(() => parseNatsUrl('http://agent:s3cr3t@host')).toThrow('invalid NATS address "http://host"');
    expect(() => parseNatsUrl('agent:s3cr@t@host:port')).toThrow('invalid NATS address "host:port"');
  });

  it.each([
    ['nats://a:b@n1,nats://c:d@n2', 'n1,n2'],
    ['agent:s3cr3t@host:4222', 'host:4222'],
    ['nats://agent:s3@cr@3t@host:4222', 'host:4222'],
    ['agent:s3cr@3t@host:port,c:d@n2', 'host:port,n2'],
    ['http://agent:s3/cr@3t@host', 'http://host'],
    ['nats://agent:%zz@host', 'nats://host'],
  ])('%s is shown as %s', (text, shown) => {
    expect(shownNatsUrl(text)).toBe(shown);
  });
});
