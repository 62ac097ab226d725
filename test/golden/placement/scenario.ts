import { readdirSync, readFileSync } from 'node:fs';

/** One line of a scenario that sets something up, or asks for a placement and says what must come of it. */
export type Step =
  | { readonly type: 'setup'; readonly words: readonly string[] }
  | {
      readonly type: 'run';
      /** `run (except a, b) …`, `run (only a) …` */
      readonly except: readonly string[];
      readonly only: readonly string[];
      readonly args: readonly string[];
      readonly expected: string;
      /** `  a: part of the reason` */
      readonly reasons: readonly { readonly node: string; readonly text: string }[];
    };

export type Scenario = { readonly file: string; readonly line: number; readonly title: string; readonly steps: readonly Step[] };

const runLine = /^run(?: \((except|only) ([^)]*)\))? (.*)$/;
const reasonLine = /^ {2}(\S+): (.*)$/;

/** All scenarios of the `.txt` files in a folder, in order. Throws on a line it does not understand. */
export function readScenarios(folder: string): Scenario[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return files.sort().flatMap((file) => parse(file, readFileSync(`${folder}/${file}`, 'utf8')));
}

function parse(file: string, text: string): Scenario[] {
  const scenarios: { file: string; line: number; title: string; steps: Step[] }[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.trim() === '' || /^#(?!#)/.test(line)) continue;
    if (line.startsWith('## ')) {
      scenarios.push({ file, line: index + 1, title: line.slice(3), steps: [] });
      continue;
    }
    const current = scenarios.at(-1);
    if (current === undefined) throw new Error(`${file}:${index + 1}: a step before the first scenario`);
    const run = runLine.exec(line);
    if (run === null) {
      current.steps.push({ type: 'setup', words: words(line) });
      continue;
    }
    const expected = lines[++index] ?? '';
    if (!expected.startsWith('=> ')) throw new Error(`${file}:${index + 1}: what is expected of the run? (=> …)`);
    const reasons: { node: string; text: string }[] = [];
    for (
      let reason = reasonLine.exec(lines[index + 1] ?? '');
      reason !== null;
      reason = reasonLine.exec(lines[index + 1] ?? '')
    ) {
      reasons.push({ node: reason[1] ?? '', text: reason[2] ?? '' });
      index++;
    }
    const list = (run[2] ?? '').split(/[ ,]+/).filter((name) => name !== '');
    const [except, only] = run[1] === 'except' ? [list, []] : [[], list];
    current.steps.push({ type: 'run', except, only, args: words(run[3] ?? ''), expected: expected.slice(3), reasons });
  }
  return scenarios;
}

/** Words as a shell splits them; quotes keep blanks together. */
export function words(line: string): string[] {
  const pieces = line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return pieces.map((piece) =>
    piece.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}
