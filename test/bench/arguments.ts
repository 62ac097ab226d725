import { Command, InvalidArgumentError } from 'commander';
import { type FleetSize, parseSize } from './fleet/size.ts';

export type BenchArguments = {
  /** Names of cases; none = all but those on demand. */
  readonly cases: readonly string[];
  readonly sizes: readonly FleetSize[];
  /** How long held load and idleness are watched; each has its own default. */
  readonly minutes?: number;
  readonly json?: string;
  readonly compare?: string;
};

const defaultSizes = '3x10,10x100,100x100,1000x100';

/** The command line of `npm run bench`; ends the process with a clear word when it is wrong. */
export function parseArguments(words: readonly string[], known: ReadonlyMap<string, string>): BenchArguments {
  const program = new Command('bench')
    .description('Figures of the built product over simulated engines, held against the budgets of issue 6')
    .argument('[cases...]', `which: ${[...known.keys()].join(', ')}; all without one`)
    .option('--sizes <list>', 'fleets, ENGINESxCONTAINERS each', sizesOf, sizesOf(defaultSizes))
    .option('--minutes <number>', 'how long held load (30) and idleness (21) are watched', minutesOf)
    .option('--json <file>', 'keep the run there')
    .option('--compare <file>', 'a kept run: this one is shown as ratios of it')
    .addHelpText('after', `\nCases:\n${[...known].map(([name, about]) => `  ${name.padEnd(12)} ${about}`).join('\n')}`)
    .parse(words, { from: 'user' });
  const unknown = program.args.filter((name) => !known.has(name));
  if (unknown.length > 0) program.error(`unknown case: ${unknown.join(', ')} (known: ${[...known.keys()].join(', ')})`);
  return { cases: program.args, ...program.opts<Omit<BenchArguments, 'cases'>>() };
}

function sizesOf(text: string): FleetSize[] {
  try {
    return text.split(',').map(parseSize);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new InvalidArgumentError('a number of minutes');
  return minutes;
}
