import { DecisionRecord, printable } from '#contracts';
import type { GatewayTarget } from '../manage/gateway-request.ts';
import { parseDockerRun } from './docker-run-arguments.ts';
import { gatewayAnswer } from './gateway-answer.ts';

/** `baleen explain <container|operation>`: why it is where it is, or why it is nowhere. */
export async function explainDecision(gateway: GatewayTarget, reference: string): Promise<string> {
  return render(await decision(gateway, 'GET', `/baleen/decisions/${encodeURIComponent(reference)}`));
}

/** `baleen explain --dry-run <docker run arguments>`: what would happen; nothing is created or reserved. */
export async function explainDryRun(gateway: GatewayTarget, args: readonly string[]): Promise<string> {
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
  lines.push(record.chosenNode === undefined ? `nowhere: ${record.failure ?? 'no engine'}` : `chosen: ${record.chosenNode}`);
  return lines.map((line) => `${printable(line)}\n`).join('');
}
