import { describe, expect, it } from 'vitest';
import { parseNatsUrl, shownNatsUrl } from './nats-url.ts';

describe('the address of NATS', () => {
  it.each([
    ['nats://127.0.0.1:4222', { servers: ['127.0.0.1:4222'] }],
    ['10.0.0.1:4222,10.0.0.2', { servers: ['10.0.0.1:4222', '10.0.0.2'] }],
    ['nats://agent:123%2F4@[fd00::1]:4222', { servers: ['[fd00::1]:4222'], user: 'agent', pass: '123/4' }],
    ['nats://a:b@n1:4222,nats://n2:4222', { servers: ['n1:4222', 'n2:4222'], user: 'a', pass: 'b' }],
    ['nats://s3cr3t@host', { servers: ['host'], token: 's3cr3t' }],
  ])('%s is read', (text, endpoint) => {
    expect(parseNatsUrl(text)).toEqual(endpoint);
  });

  it('is refused without showing its password when it is none', () => {
    expect(() => parseNatsUrl('http://agent:s3cr3t@host')).toThrow('invalid NATS address "http://host"');
    expect(shownNatsUrl('nats://a:b@n1,nats://c:d@n2')).toBe('nats://n1,nats://n2');
  });
});
