import { describe, expect, it } from 'vitest';
import { parseListenAddress } from './listen-address.ts';

describe('parseListenAddress', () => {
  it.each([
    ['tcp://127.0.0.1:2375', '127.0.0.1', 2375],
    ['10.0.0.1:4000', '10.0.0.1', 4000],
    [':2375', undefined, 2375],
    ['tcp://:2375', undefined, 2375],
    ['[::1]:2375', '::1', 2375],
    ['localhost:0', 'localhost', 0],
  ])('reads %s', (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ kind: 'tcp', host, port, text });
  });

  it('reads a unix socket', () => {
    expect(parseListenAddress('unix:///run/baleen.sock')).toMatchObject({ kind: 'unix', path: '/run/baleen.sock' });
  });

  it.each([
    ['fd://', undefined],
    ['fd://4', 4],
  ])('reads %s as passed', (text, fd) => {
    expect(parseListenAddress(text)).toEqual({ kind: 'passed', fd, text });
  });

  it.each([
    ['foo://x', 'unsupported protocol: "foo"'],
    ['unix://relative', 'absolute path'],
    ['10.0.0.1', 'no address to listen on'],
    [':99999', 'no address to listen on'],
    ['', 'no address to listen on'],
  ])('refuses %s', (text, message) => {
    expect(() => parseListenAddress(text)).toThrow(message);
  });
});
