import { createHash } from 'node:crypto';
import { attempt, CommandError, command } from './command.ts';

/** The private network of a bed: 10.77.<number>.0/24 on a bridge of its own. */
export type BedNetwork = {
  readonly number: number;
  readonly bridge: string;
  /** The machine's own address in it. */
  readonly gateway: string;
  readonly subnet: string;
  /** The bridge's MAC, made of the bed's name: tells our bridge from another bed's of the same number. */
  readonly mac: string;
};

const numbers = 254;

function networkOf(bedName: string, number: number): BedNetwork {
  const digest = createHash('sha256').update(bedName).digest('hex');
  const prefix = `10.77.${number}`;
  return {
    number,
    bridge: `baleen${number}`,
    gateway: `${prefix}.1`,
    subnet: `${prefix}.0/24`,
    mac: `02:ba:${[0, 2, 4, 6].map((at) => digest.slice(at, at + 2)).join(':')}`,
  };
}

export function addressIn(network: BedNetwork, host: number): string {
  return `10.77.${network.number}.${host}`;
}

/**
 * Makes the bridge of the first free number. Making a bridge is atomic in the kernel, so two beds never share one.
 * `intend` is called before each try: what it records is enough to clean up after a crash.
 */
export async function claimNetwork(bedName: string, intend: (network: BedNetwork) => void): Promise<BedNetwork> {
  const start = Number.parseInt(createHash('sha256').update(bedName).digest('hex').slice(0, 4), 16);
  for (let step = 0; step < numbers; step += 1) {
    const network = networkOf(bedName, 1 + ((start + step) % numbers));
    intend(network);
    if (await createBridge(network)) return network;
  }
  throw new Error(`all ${numbers} networks of testbeds are taken`);
}

async function createBridge(network: BedNetwork): Promise<boolean> {
  try {
    await command('ip', ['link', 'add', 'name', network.bridge, 'address', network.mac, 'type', 'bridge']);
  } catch (error) {
    if (error instanceof CommandError && error.stderr.includes('File exists')) return false;
    throw error;
  }
  await command('ip', ['addr', 'add', `${network.gateway}/24`, 'dev', network.bridge]);
  await command('ip', ['link', 'set', network.bridge, 'up']);
  return true;
}

/** Removes the bridge if it is this bed's. */
export async function releaseNetwork(network: BedNetwork): Promise<void> {
  if (!(await attempt('ip', ['link', 'show', network.bridge]))) return;
  const shown = await command('ip', ['-o', 'link', 'show', network.bridge]);
  if (shown.includes(network.mac)) await attempt('ip', ['link', 'del', network.bridge]);
}

export type Cable = { readonly veth: string; readonly ip: string };

/** Plugs a namespace (by the pid of a process in it) into the bed's bridge, as eth0. */
export async function plugIn(network: BedNetwork, cable: Cable, pid: number): Promise<void> {
  // The namespace of a machine that was switched off takes its end along a moment later; do not wait for that.
  await attempt('ip', ['link', 'del', cable.veth]);
  // The same MAC every time: neighbour caches would go on sending to the last boot's for half a minute.
  const mac = `02:4d:${cable.ip
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join(':')}`;
  const peer = ['peer', 'name', 'eth0', 'address', mac, 'netns', String(pid)];
  await command('ip', ['link', 'add', 'name', cable.veth, 'type', 'veth', ...peer]);
  await command('ip', ['link', 'set', cable.veth, 'master', network.bridge, 'up']);
}

/** Pulls the plug (`down`) or puts it back (`up`). */
export async function switchCable(cable: Cable, state: 'up' | 'down'): Promise<void> {
  await command('ip', ['link', 'set', cable.veth, state]);
}

export async function unplug(cable: Cable): Promise<void> {
  await attempt('ip', ['link', 'del', cable.veth]);
}
