import { describe, expect, it } from 'vitest';
import { type EndpointConfig, plainEndpoint } from './endpoint-config.ts';
import type { ListenAddress } from './listen-address.ts';
import { listenAddresses } from './passed-sockets.ts';
import { exposureProblem, exposureWarning, isReachableByOthers } from './reach.ts';

const at = (text: string) => listenAddresses([text], [])[0] as ListenAddress;
const secured: EndpointConfig = { ...plainEndpoint, tls: 'verify' };

describe('an address to listen on', () => {
  it.each([
    ['tcp://127.0.0.1:2375', false],
    ['tcp://127.8.8.8:2375', false],
    ['tcp://[::1]:2375', false],
    ['localhost:2375', false],
    ['unix:///run/baleen.sock', false],
    [':2375', true],
    ['tcp://0.0.0.0:2375', true],
    ['tcp://[::]:2375', true],
    ['10.0.0.1:2375', true],
    // Whatever these resolve to is not ours to say.
    ['127.example.com:2375', true],
    ['localhost.example.com:2375', true],
  ])('%s is reached from other machines: %s', (text, isReached) => {
    expect(isReachableByOthers(at(text))).toBe(isReached);
  });

  it('that systemd opened is judged by where it is', () => {
    const passed = (text: string) => ({ kind: 'passed', fd: 3, at: at(text), text: 'fd://3' }) as ListenAddress;
    expect([passed('tcp://0.0.0.0:1'), passed('tcp://127.0.0.1:1')].map(isReachableByOthers)).toEqual([true, false]);
    expect(exposureProblem([passed('tcp://0.0.0.0:1')], plainEndpoint)).toMatch(
      /^fd:\/\/3 \(tcp:\/\/0\.0\.0\.0:1\) can be reached/,
    );
  });
});

describe('an endpoint that strangers reach', () => {
  const open = [at('tcp://127.0.0.1:2375'), at('tcp://0.0.0.0:2375'), at(':2380')];

  it('needs client certificates, or the word of the operator', () => {
    expect(exposureProblem(open, plainEndpoint)).toMatch(
      /^tcp:\/\/0\.0\.0\.0:2375, :2380 can be reached from other machines .*--tlsverify .*--insecure-no-auth/,
    );
    expect(exposureProblem(open, { ...plainEndpoint, tls: 'tls' })).toContain('--tlsverify');
    expect(exposureProblem(open, secured)).toBeUndefined();
    expect(exposureProblem(open, { ...plainEndpoint, insecureNoAuth: true, auditReads: false })).toBeUndefined();
    expect(exposureProblem(open.slice(0, 1), plainEndpoint)).toBeUndefined();
  });

  it('is warned of', () => {
    expect(exposureWarning(open, { ...plainEndpoint, insecureNoAuth: true, auditReads: false })).toContain(
      'without TLS; whoever reaches it is root',
    );
    expect(exposureWarning(open, { tls: 'tls', insecureNoAuth: true, auditReads: false })).toContain(
      'with TLS, but without client certificates',
    );
    expect(exposureWarning(open, { ...secured, insecureNoAuth: true, auditReads: false })).toBeUndefined();
    expect(exposureWarning(open.slice(0, 1), plainEndpoint)).toBeUndefined();
  });
});
