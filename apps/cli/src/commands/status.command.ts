import type { Command } from 'commander';
import { FleetStatus, printable } from '#contracts';
import { type AskingOptions, addAskingOptions, askedGateway } from '../asking/asked-gateway.ts';
import { gatewayAnswer } from '../asking/gateway-answer.ts';
import type { CommandContext } from './command-context.ts';
import { jsonText } from './json-text.ts';

/** `baleen status`: the fleet's own parts in a few lines. */
export function addStatus(program: Command, { env }: CommandContext): void {
  const command = program
    .command('status')
    .description('the fleet’s own parts: gateway, NATS, leading scheduler, monitors, engines by state')
    .option('--json', 'everything a gateway knows of them, for scripts')
    .action(async (options: AskingOptions & { json?: boolean }) => {
      const status = FleetStatus.parse(await gatewayAnswer(askedGateway(options, env), 'GET', '/baleen/status'));
      process.stdout.write(options.json ? jsonText(status) : statusLines(status));
    });
  addAskingOptions(command);
}

function statusLines({ gateway, version, cluster, isReady, log, leader, ...fleet }: FleetStatus): string {
  const { monitors, unwatched, engines, containers, policyFailure } = fleet;
  const states = Object.entries(engines).map(([state, count]) => `${count} ${state}`);
  const watching = monitors.map(({ name, engines: count }) => `${name} (${count})`);
  const rows = [
    ['cluster', cluster],
    ['gateway', `${gateway}, Baleen ${version}, ${isReady ? 'ready' : 'not ready: waits for engines to report'}`],
    ['nats', log.failure ?? `nats-server ${log.server}, a write takes ${(log.writeMs ?? 0).toFixed(1)} ms`],
    ['log', log.stream && `${log.stream.messages} messages, ${log.stream.storage}, replicas: ${log.stream.replicas}`],
    ['scheduler', leader ?? 'none leads'],
    ['monitors', [...watching, ...(unwatched > 0 ? [`nobody (${unwatched})`] : [])].join(', ')],
    ['engines', states.join(', ') || 'none'],
    ['policy', policyFailure && `${policyFailure.file} cannot be used, the one before it stays in force: see baleen doctor`],
    ['containers', `${containers.total}, ${containers.running} running`],
  ];
  return rows.map(([name = '', value]) => (value === undefined ? '' : `${name.padEnd(12)}${printable(value)}\n`)).join('');
}
