import type { Command } from 'commander';
import { DecisionRecord } from '#contracts';
import { type AskingOptions, addAskingOptions, askedGateway } from '../asking/asked-gateway.ts';
import { gatewayAnswer } from '../asking/gateway-answer.ts';
import type { GatewayTarget } from '../asking/gateway-request.ts';
import { decisionTable } from '../explain/decision-table.ts';
import { parseDockerRun } from '../explain/docker-run-arguments.ts';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandContext } from './command-context.ts';

/** `baleen explain`: why a container is where it is or nowhere; with `--dry-run` what would happen, for which nothing is created or reserved: status 1 where it would go nowhere. */
export function addExplain(program: Command, { env, exit }: CommandContext): void {
  const command = program
    .command('explain')
    .description('why a container is where it is, or why it could not be placed')
    .argument('<what...>', 'container, operation id, or with --dry-run the arguments of docker run')
    .option('--dry-run', 'explain what docker run with these arguments would do; nothing is created')
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (what: string[], options: AskingOptions & { dryRun?: boolean }) => {
      const gateway = askedGateway(options, env);
      const [reference = '', ...more] = what;
      if (!options.dryRun && more.length > 0)
        throw new UsageError(`one container or operation at a time, and flags before it: not ${more.join(' ')}`);
      const decided = options.dryRun ? await explainDryRun(gateway, what) : await explainDecision(gateway, reference);
      process.stdout.write(decisionTable(decided));
      // As docker run would: a script asks before it creates. Why something is nowhere is an answer like any other.
      exit(options.dryRun && decided.chosen === undefined ? 1 : 0);
    });
  addAskingOptions(command);
}

async function explainDecision(gateway: GatewayTarget, reference: string): Promise<DecisionRecord> {
  return await decision(gateway, 'GET', `/baleen/decisions/${encodeURIComponent(reference)}`);
}

async function explainDryRun(gateway: GatewayTarget, args: readonly string[]): Promise<DecisionRecord> {
  const { name, platform, body } = parseDockerRun(args);
  const query = new URLSearchParams({ ...(name === '' ? {} : { name }), ...(platform === '' ? {} : { platform }) });
  return await decision(gateway, 'POST', `/baleen/explain?${query}`, JSON.stringify(body));
}

async function decision(gateway: GatewayTarget, method: 'GET' | 'POST', path: string, body?: string): Promise<DecisionRecord> {
  return DecisionRecord.parse(await gatewayAnswer(gateway, method, path, body));
}
