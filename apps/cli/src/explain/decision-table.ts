import { type DecisionRecord, printable, printableLines } from '#contracts';

/** The decision as a table: one line an engine, the chosen one marked. */
export function decisionTable(record: DecisionRecord): string {
  const title = record.name === '' ? record.operation : record.name;
  const lines = [
    `${title} (image ${record.image}), strategy ${record.strategy}, ${record.pass} pass, ${new Date(record.atMs).toISOString()}, cause: ${record.cause}`,
  ];
  const width = Math.max(4, ...record.candidates.map((candidate) => candidate.node.length));
  for (const candidate of record.candidates) {
    const mark = candidate.engine === record.chosen ? '*' : ' ';
    const verdict =
      candidate.refusedBy === undefined
        ? `fits${candidate.score === undefined ? '' : `, score ${candidate.score}`}`
        : `refused by ${candidate.refusedBy}: ${candidate.reason ?? ''}`;
    lines.push(`${mark} ${candidate.node.padEnd(width)}  ${verdict}`);
  }
  // The scheduler's own words, in lines as classic had them; those of engines are on lines of their own above.
  const end = record.chosenNode === undefined ? `nowhere: ${record.failure ?? 'no engine'}` : `chosen: ${record.chosenNode}`;
  return `${lines.map((line) => `${printable(line)}\n`).join('')}${printableLines(end)}\n`;
}
