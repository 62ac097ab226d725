import { describe, expect, it } from 'vitest';
import { parseDockerRun } from './docker-run-arguments.ts';

describe('docker run arguments', () => {
  it('become the create body that placement reads', () => {
    const parsed = parseDockerRun(
      'docker run -d --rm -it --name web -e constraint:node==n1 --label=a=b -p 127.0.0.1:8080:80 -p 53:53/udp -v data:/d -m 1g --cpus 1.5 --gpus 2 --net host nginx -c x'.split(
        ' ',
      ),
    );
    expect(parsed).toMatchObject({
      name: 'web',
      body: {
        Image: 'nginx',
        Env: ['constraint:node==n1'],
        Labels: { a: 'b' },
        HostConfig: {
          Binds: ['data:/d'],
          PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '53/udp': [{ HostIp: '', HostPort: '53' }] },
          Memory: 1024 ** 3,
          NanoCpus: 1.5e9,
          NetworkMode: 'host',
          DeviceRequests: [{ Driver: '', Count: 2, Capabilities: [['gpu']] }],
        },
      },
    });
  });

  it('expand a range of ports', () => {
    expect(Object.keys(parseDockerRun(['-p', '8000-8002:80-82', 'x']).body.HostConfig.PortBindings)).toEqual([
      '80/tcp',
      '81/tcp',
      '82/tcp',
    ]);
  });

  it.each([
    [['--name', 'x'], 'the image is missing'],
    [['--frobnicate', 'x'], 'unknown docker run flag: --frobnicate'],
    [['-p', 'abc', 'x'], 'invalid port: abc'],
    [['--name'], 'flag needs an argument: --name'],
  ])('%j are refused', (args, message) => expect(() => parseDockerRun(args)).toThrow(message));
});
