import type { Command } from 'commander';
import { DecisionRecord, printable, printableLines } from '#contracts';
import { type AskingOptions, addAskingOptions, askedGateway } from '../asking/asked-gateway.ts';
import { gatewayAnswer } from '../asking/gateway-answer.ts';
import type { GatewayTarget } from '../asking/gateway-request.ts';
import { parseDockerRun } from '../explain/docker-run-arguments.ts';
import type { CommandContext } from './command-context.ts';

/** `baleen explain`: why a container is where it is or nowhere; with `--dry-run` what would happen, for which nothing is created or reserved. */
export function addExplain(program: Command, { env }: CommandContext): void {
  const command = program
    .command('explain')
    .description('why a container is where it is, or why it could not be placed')
    .argument('<what...>', 'container, operation id, or with --dry-run the arguments of docker run')
    .option('--dry-run', 'explain what docker run with these arguments would do; nothing is created')
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (what: string[], options: AskingOptions & { dryRun?: boolean }) => {
      const gateway = askedGateway(options, env);
      const [reference = ''] = what;
      process.stdout.write(options.dryRun ? await explainDryRun(gateway, what) : await explainDecision(gateway, reference));
    });
  addAskingOptions(command);
}

async function explainDecision(gateway: GatewayTarget, reference: string): Promise<string> {
  return render(await decision(gateway, 'GET', `/baleen/decisions/${encodeURIComponent(reference)}`));
}

async function explainDryRun(gateway: GatewayTarget, args: readonly string[]): Promise<string> {
  const { name, platform, body } = parseDockerRun(args);
  const query = new URLSearchParams({ ...(name === '' ? {} : { name }), ...(platform === '' ? {} : { platform }) });
  return render(await decision(gateway, 'POST', `/baleen/explain?${query}`, JSON.stringify(body)));
}

async function decision(gateway: GatewayTarget, method: 'GET' | 'POST', path: string, body?: string): Promise<DecisionRecord> {
  return DecisionRecord.parse(await gatewayAnswer(gateway, method, path, body));
}

/** The decision as a table: one line an engine, the chosen one marked. */
function render(record: DecisionRecord): string {
  const title = record.name === '' ? record.operation : record.name;
  const lines = [
    `${title} (image ${record.image}), strategy ${record.strategy}, ${record.pass} pass, ${new Date(record.atMs).toISOString()}, cause: ${record.cause}`,
  ];
  const width = Math.max(4, ...record.candidates.map((candidate) => candidate.node.length));
  for (const candidate of record.candidates) {
    const mark = candidate.engine === record.chosen ? '*' : ' ';
    const verdict =
      candidate.refusedBy === undefined
        ? `fits, score ${candidate.score ?? '–'}`
        : `refused by ${candidate.refusedBy}: ${candidate.reason ?? ''}`;
    lines.push(`${mark} ${candidate.node.padEnd(width)}  ${verdict}`);
  }
  // The scheduler's own words, in lines as classic had them; those of engines are on lines of their own above.
  const end = record.chosenNode === undefined ? `nowhere: ${record.failure ?? 'no engine'}` : `chosen: ${record.chosenNode}`;
  return `${lines.map((line) => `${printable(line)}\n`).join('')}${printableLines(end)}\n`;
}
