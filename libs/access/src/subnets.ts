import { BlockList, isIP } from 'node:net';

type Subnet = { readonly address: string; readonly family: 'ipv4' | 'ipv6'; readonly prefix: number };

/** `10.0.0.0/8`, or an address alone as the subnet of it; `undefined` for anything else, IPv6 forms that mean IPv4 addresses included. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', digits] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? bits : Number(digits);
  if (version === 0 || prefix > bits || (version === 6 && isMapped(address))) return undefined;
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', prefix };
}

/** Tells whether a subnet or an address lies as a whole within one of these. False for what is neither. */
export function subnetTest(allowed: readonly string[]): (text: string) => boolean {
  const known = allowed.flatMap((text) => parseSubnet(text) ?? []);
  return (text) => {
    const given = parseSubnet(text);
    return given !== undefined && known.some((subnet) => contains(subnet, given));
  };
}

function contains({ address, family, prefix }: Subnet, given: Subnet): boolean {
  if (given.family !== family || given.prefix < prefix) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(given.address, family);
}

/** `::ffff:1.1.1.1` in any spelling: some readers take it for 1.1.1.1. */
function isMapped(address: string): boolean {
  if (address.includes('.')) return true;
  const list = new BlockList();
  list.addSubnet('::ffff:0:0', 96, 'ipv6');
  return list.check(address, 'ipv6');
}
