import { listenAddresses } from '#endpoint';
import { UsageError } from '../flags/usage-error.ts';
import { dialable } from './dialable.ts';

/** Brings `-H` values to `tcp://host:port`, `unix:///path` (spec 8.13), `fd://` or `fd://n`. */
export function listenHost(value: string): string {
  if (value.startsWith('unix://')) {
    if (!value.startsWith('unix:///'))
      throw new UsageError(`invalid host ${JSON.stringify(value)}: a socket is unix:///absolute/path`);
    return value;
  }
  if (value.startsWith('fd://')) return value;
  const scheme = /^([a-z]+):\/\//.exec(value)?.[1];
  if (scheme !== undefined && scheme !== 'tcp') throw new UsageError(`unsupported protocol: ${JSON.stringify(scheme)}`);
  const address = value.replace(/^tcp:\/\//, '');
  const port = /:(\d+)$/.exec(address)?.[1];
  if (port === undefined || Number(port) > 65_535)
    throw new UsageError(`invalid host ${JSON.stringify(value)}: it needs a port from 0 to 65535, as in tcp://127.0.0.1:2375`);
  return `tcp://${address}`;
}

/** What to put into DOCKER_HOST for a listener. */
export function dockerHost(host: string): string {
  if (host.startsWith('unix://')) return host;
  const [passed] = host.startsWith('fd://') ? listenAddresses([host], []) : [];
  if (passed?.kind === 'passed') return dockerHost(listenHost(passed.at.text));
  const [, name = '', port = ''] = /^tcp:\/\/(.*):(\d+)$/.exec(host) ?? [];
  return `tcp://${dialable(name)}:${port}`;
}
