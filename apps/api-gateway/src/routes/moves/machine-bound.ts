import { z } from 'zod';

/** Options of a network or volume, as an engine tells them. */
export const Options = z.record(z.string(), z.string()).nullish();
type Options = z.infer<typeof Options>;

/** Options of bridges that name an interface or an address of the machine. */
const interfaceOptions = [
  'com.docker.network.bridge.name',
  'com.docker.network.host_ipv4',
  'com.docker.network.host_ipv6',
  'com.docker.network.bridge.host_binding_ipv4',
];

/** Every machine has these. */
const addressesOfAll = /^(?:|0\.0\.0\.0|127\..*|::1?)$/;

/** A network of these options is another one on another machine. */
export function isNetworkOfMachine(options: Options): boolean {
  return interfaceOptions.some((name) => !addressesOfAll.test(options?.[name] ?? ''));
}

/** A path of the host, but not `//server/share` (cifs) or `:/export` (nfs): `device=/srv/data`, `o=lowerdir=/srv`. */
const hostPath = /(?:^|[=,])\/(?!\/)/;

/** A volume of these options is a folder or disk of its machine (`--opt o=bind --opt device=/srv/data`), which may be full though never mounted. */
export function isVolumeOfMachine(options: Options): boolean {
  return Object.values(options ?? {}).some((value) => hostPath.test(value));
}
