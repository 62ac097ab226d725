import { setTimeout as sleep } from 'node:timers/promises';
import { askGateway, type GatewayTarget } from './gateway-request.ts';

/** One engine as `/info` shows it. */
export type EngineLine = { readonly name: string; readonly address: string; readonly status: string; readonly error: string };

type Info = { SystemStatus?: [string, string][] | null };

/** Asks a gateway for the engines of the fleet. */
async function fetchEngines(gateway: GatewayTarget): Promise<EngineLine[]> {
  const answer = await askGateway(gateway, 'GET', '/info');
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}: ${answer.body.trim()}`);
  const info = JSON.parse(answer.body) as Info;
  return enginesOf(info.SystemStatus ?? []);
}

/** A silent address is known to be silent after the first probe's 3 s. */
const settleMaxMs = 6_000;
const settlePollMs = 200;

/** As `fetchEngines`, once each engine has answered or failed, at the latest after 6 s: a report of what is still unknown helps nobody. */
export async function fetchSettledEngines(gateway: GatewayTarget): Promise<EngineLine[]> {
  const endMs = performance.now() + settleMaxMs;
  for (;;) {
    const engines = await fetchEngines(gateway);
    const isSettled = engines.length > 0 && engines.every((engine) => engine.status !== 'Pending' || engine.error !== '');
    if (isSettled || performance.now() > endMs) return engines;
    await sleep(settlePollMs);
  }
}

/** Reads the rows of `docker info` (spec 8.3) back. */
export function enginesOf(rows: readonly (readonly [string, string])[]): EngineLine[] {
  const engines: { name: string; address: string; status: string; error: string }[] = [];
  for (const [key, value] of rows) {
    const field = /^ {2}└ (.+)$/.exec(key)?.[1];
    if (field === undefined) {
      if (key.startsWith(' ')) engines.push({ name: key.trim(), address: value, status: '', error: '' });
      continue;
    }
    const engine = engines.at(-1);
    if (engine === undefined) continue;
    if (field === 'Status') engine.status = value;
    if (field === 'Error') engine.error = value;
  }
  return engines;
}

/** What the operator reads at the start: how many engines answer; for each that does not, why and what to do. */
export function reportLines(engines: readonly EngineLine[]): string[] {
  // A drained engine is a healthy one that the operator keeps new containers from.
  const isHealthy = ({ status }: EngineLine) => status === 'Healthy' || status === 'Drained';
  const healthy = engines.filter(isHealthy);
  const silent = engines.filter((engine) => !isHealthy(engine));
  const lines = [
    `engines: ${healthy.length} of ${engines.length} healthy${healthy.length > 0 ? ` (${healthy.map((engine) => engine.name).join(', ')})` : ''}`,
  ];
  for (const engine of silent) {
    lines.push(`  ${engine.address}: ${engine.error === '' ? engine.status.toLowerCase() : engine.error}`);
  }
  if (engines.length === 0) lines.push('  discovery lists no engine yet: add one to its source');
  else if (silent.length > 0) {
    lines.push(
      '  Start these daemons, or correct the addresses. A daemon must listen where Baleen dials it (dockerd -H tcp://ADDRESS:2375, or its unix',
    );
    lines.push('  socket). Nothing needs to be restarted here: engines are taken in as soon as they answer.');
  }
  return lines;
}
