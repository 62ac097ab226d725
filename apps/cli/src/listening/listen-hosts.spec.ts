import { describe, expect, it } from 'vitest';
import { dockerHost, listenHost } from './listen-hosts.ts';

describe('a listener', () => {
  it.each([
    ['tcp://127.0.0.1:2375', 'tcp://127.0.0.1:2375', 'tcp://127.0.0.1:2375'],
    [':2376', 'tcp://:2376', 'tcp://127.0.0.1:2376'],
    ['0.0.0.0:1', 'tcp://0.0.0.0:1', 'tcp://127.0.0.1:1'],
    ['unix:///run/x.sock', 'unix:///run/x.sock', 'unix:///run/x.sock'],
  ])('given as %s', (given, listen, docker) => {
    expect(listenHost(given)).toBe(listen);
    expect(dockerHost(listen)).toBe(docker);
  });

  it.each([
    ['foo://x:1', 'unsupported protocol: "foo"'],
    ['127.0.0.1', 'it needs a port'],
    ['unix://relative', 'unix:///absolute/path'],
  ])('%s is refused', (given, message) => expect(() => listenHost(given)).toThrow(message));
});
