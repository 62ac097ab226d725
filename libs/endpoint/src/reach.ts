import { BlockList, isIP } from 'node:net';
import type { EndpointConfig } from './endpoint-config.ts';
import type { ListenAddress } from './listen-address.ts';

/** True when others than this machine can reach the address: the Docker API is root on every engine. */
export function isReachableByOthers(address: ListenAddress): boolean {
  switch (address.kind) {
    case 'unix':
      return false;
    case 'passed':
      return isReachableByOthers(address.at);
    case 'tcp':
      return address.host === undefined || !isLoopback(address.host);
  }
}

/** Addresses that strangers reach and where nobody is asked who he is; TLS alone does not ask, a policy does, and without TLS its tokens could be read. */
function openToStrangers(
  addresses: readonly ListenAddress[],
  { tls, policy }: Pick<EndpointConfig, 'tls' | 'policy'>,
): ListenAddress[] {
  const asksWho = tls === 'verify' || (tls === 'tls' && policy !== undefined);
  return asksWho ? [] : addresses.filter(isReachableByOthers);
}

/** Why a process must not listen there unless `insecureNoAuth` says that the network protects it; `undefined` = it may. */
export function exposureProblem(addresses: readonly ListenAddress[], config: EndpointConfig): string | undefined {
  const open = config.insecureNoAuth ? [] : openToStrangers(addresses, config);
  if (open.length === 0) return undefined;
  return `${namesOf(open)} can be reached from other machines and takes anybody for an operator, who is root on every engine. Demand client certificates with --tlsverify (BALEEN_TLS=verify; baleen certs makes some), or tokens with --tls and --policy, listen on 127.0.0.1 or a unix socket, or say --insecure-no-auth (BALEEN_INSECURE_NO_AUTH=true) where the network keeps strangers away`;
}

/** What is said of `insecureNoAuth` when it lets strangers in; `undefined` = it lets none in. */
export function exposureWarning(addresses: readonly ListenAddress[], config: EndpointConfig): string | undefined {
  const open = openToStrangers(addresses, config);
  if (open.length === 0) return undefined;
  const how = config.tls === 'tls' ? 'with TLS, but without client certificates' : 'without TLS';
  return `${namesOf(open)} can be reached from other machines ${how}; whoever reaches it is root on every engine`;
}

function namesOf(addresses: readonly ListenAddress[]): string {
  return addresses
    .map((address) => (address.kind === 'passed' ? `${address.text} (${address.at.text})` : address.text))
    .join(', ');
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** A name counts as loopback only when it says so by itself: what others resolve to may change. */
function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
