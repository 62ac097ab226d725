import { networkInterfaces } from 'node:os';
import { isAnyAddress } from '#contracts';

/** Is this an address of the machine that this process runs on, as of now? */
export function isOwnAddress(ip: string): boolean {
  return ip !== '' && addresses().some(({ address }) => address === ip);
}

/** What to bind for a host address: of every address both families, where the machine has both. */
export function bindAddress(ip: string): string {
  if (!isAnyAddress(ip)) return ip;
  return addresses().some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}

function addresses() {
  return Object.values(networkInterfaces()).flatMap((found) => found ?? []);
}
