import type { FleetNode } from '#contracts';

/** What the operator reads at the start: how many engines answer; for each that does not, why and what to do. */
export function reportLines(nodes: readonly FleetNode[]): string[] {
  // A drained engine is a healthy one that the operator keeps new containers from.
  const isHealthy = ({ state }: FleetNode) => state === 'healthy' || state === 'drained';
  const healthy = nodes.filter(isHealthy);
  const silent = nodes.filter((node) => !isHealthy(node));
  const names = healthy.length > 0 ? ` (${healthy.map(({ name }) => name).join(', ')})` : '';
  return [
    `engines: ${healthy.length} of ${nodes.length} healthy${names}`,
    ...silent.map(({ address, state, reason }) => `  ${address}: ${reason ?? state}`),
    ...adviceOn(nodes, silent),
  ];
}

function adviceOn(nodes: readonly FleetNode[], silent: readonly FleetNode[]): string[] {
  if (nodes.length === 0) return ['  discovery lists no engine yet: add one to its source'];
  if (silent.length === 0) return [];
  return [
    '  Start these daemons, or correct the addresses. A daemon must listen where Baleen dials it (dockerd -H tcp://ADDRESS:2375, or its unix',
    '  socket). Nothing needs to be restarted here: engines are taken in as soon as they answer.',
  ];
}
