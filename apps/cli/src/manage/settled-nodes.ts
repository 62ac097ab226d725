import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetNode } from '#contracts';
import { askNodes } from '../asking/fleet-nodes.ts';
import type { GatewayTarget } from '../asking/gateway-request.ts';

/** A silent address is known to be silent after the first probe's 3 s. */
const settleMaxMs = 6_000;
const settlePollMs = 200;

/** The engines once each has answered or failed, at the latest after 6 s: a report of what is still unknown helps nobody. Agents come back within that. */
export async function settledNodes(gateway: GatewayTarget): Promise<FleetNode[]> {
  const endMs = performance.now() + settleMaxMs;
  for (;;) {
    const nodes = await askNodes(gateway);
    const areSettled = nodes.length > 0 && nodes.every(isSettled);
    if (areSettled || performance.now() > endMs) return nodes;
    await sleep(settlePollMs);
  }
}

function isSettled({ state, reason }: FleetNode): boolean {
  return state !== 'disconnected' && (state !== 'pending' || reason !== undefined);
}
