import { agentOf, type FleetNode } from '#contracts';

/**
 * What the operator reads at the start: how many engines answer; for each that does not, why and what to do. `adding`: how an engine gets
 * into this fleet.
 */
export function reportLines(nodes: readonly FleetNode[], adding: readonly string[]): string[] {
  if (nodes.length === 0) return ['no engine yet', ...adding.map((way) => `  to add one: ${way}`)];
  // A drained engine is a healthy one that the operator keeps new containers from.
  const isHealthy = ({ state }: FleetNode) => state === 'healthy' || state === 'drained';
  const healthy = nodes.filter(isHealthy);
  const silent = nodes.filter((node) => !isHealthy(node));
  const names = healthy.length > 0 ? ` (${healthy.map(({ name }) => name).join(', ')})` : '';
  return [
    `engines: ${healthy.length} of ${nodes.length} healthy${names}`,
    ...silent.map((node) => `  ${shown(node)}: ${node.reason ?? node.state}`),
    ...adviceOn(silent),
  ];
}

function shown({ name, address }: FleetNode): string {
  return agentOf(address) === undefined || name === '' ? address : `${name} (${address})`;
}

function adviceOn(silent: readonly FleetNode[]): string[] {
  const behindAgents = silent.filter(({ address }) => agentOf(address) !== undefined);
  return [...(silent.length > behindAgents.length ? dialledAdvice : []), ...(behindAgents.length > 0 ? agentAdvice : [])];
}

const dialledAdvice = [
  '  Start these daemons, or correct the addresses. A daemon must listen where Baleen dials it (dockerd -H tcp://ADDRESS:2375, or its unix',
  '  socket). Nothing needs to be restarted here: engines are taken in as soon as they answer.',
];
const agentAdvice = [
  '  An engine behind an agent (nats://…) is back with its agent: see that it runs there (baleen join --token FILE). baleen doctor says more.',
];
