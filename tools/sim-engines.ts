/**
 * Simulated Docker engines for trying Baleen at any size: `npm run sim-engines -- --engines 1000 --containers 100 --seed 7`. They live
 * until interrupted. Many more than a machine could run really, and with nothing in them that runs.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '#service-shell';
import { EngineHost, type FaultRule } from '#testing';

type Given = {
  readonly engines: number;
  readonly containers: number;
  readonly images: number;
  readonly seed: number;
  readonly portBase?: number;
  readonly latencyMs?: Latency;
  readonly stormPerSecond: number;
  readonly list?: string;
};
type Latency = { readonly minMs: number; readonly maxMs: number };

/** Each engine is a listener, and is connected to some ten times. */
const enginesMax = 10_000;
const containersMax = 10_000;
const imagesMax = 10_000;
const portMax = 65_535;
const latencyMaxMs = 600_000;
const stormMax = 100_000;
/** A storm goes on until the end; a day is longer than anybody tries things out. */
const stormSeconds = 86_400;

const program = new Command('sim-engines').description('Simulated Docker engines, many in one process');
program
  .addOption(new Option('--engines <count>', 'how many').argParser(wholeNumber(1, enginesMax)).default(10))
  .addOption(new Option('--containers <count>', 'containers on each').argParser(wholeNumber(0, containersMax)).default(100))
  .addOption(new Option('--images <count>', 'images, the same on each').argParser(wholeNumber(1, imagesMax)).default(20))
  .addOption(new Option('--seed <number>', 'decides ids, names, states').argParser(wholeNumber(0, 2 ** 31)).default(1))
  .addOption(new Option('--port-base <port>', "the first one's port; default free ones").argParser(wholeNumber(1, portMax)))
  .addOption(new Option('--latency-ms <ms>', 'of every answer: 20, or spread: 5-50').argParser(latencyOf))
  .addOption(
    new Option('--storm-per-second <events>', 'told by the first engine all the time')
      .argParser(wholeNumber(0, stormMax))
      .default(0),
  )
  .option('--list <file>', 'where to write the list of addresses; default a temporary file')
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  program.error(error instanceof Error ? error.message : String(error));
}

async function run(given: Given): Promise<void> {
  const { portBase, engines } = given;
  if (portBase !== undefined && portBase + engines - 1 > portMax)
    throw new Error(`--port-base ${portBase} leaves no room for ${engines} engines: ports end at ${portMax}`);
  const host = await EngineHost.open(given, systemClock);
  const { latencyMs } = given;
  if (latencyMs !== undefined) host.fault('all', { kind: 'latency', ...latencyMs } satisfies FaultRule);
  const folder = given.list === undefined ? mkdtempSync(join(tmpdir(), 'sim-engines-')) : undefined;
  const list = given.list ?? join(folder ?? '', 'engines');
  writeFileSync(list, `${host.addresses.join('\n')}\n`);
  const [first = ''] = host.addresses;
  console.log(`${engines} engines of ${given.containers} containers, the first at ${first}`);
  console.log(`  docker -H tcp://${first} ps`);
  console.log(`  bin/baleen manage -H tcp://127.0.0.1:2375 file://${list}`);
  if (given.stormPerSecond > 0) void host.storm({ eventsPerSecond: given.stormPerSecond, seconds: stormSeconds });
  const stop = () => {
    const { total, byRoute } = host.requests();
    console.log(`\n${total} requests`);
    for (const [route, count] of Object.entries(byRoute).sort(([, one], [, other]) => other - one))
      console.log(`  ${count} ${route}`);
    if (folder !== undefined) rmSync(folder, { recursive: true });
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() === '' || !Number.isInteger(number) || number < least || number > most)
      throw new InvalidArgumentError(`A whole number from ${least} to ${most}.`);
    return number;
  };
}

function latencyOf(text: string): Latency {
  const [, minMs = '', maxMs = minMs] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const latency = { minMs: Number(minMs), maxMs: Number(maxMs) };
  if (minMs === '' || latency.minMs > latency.maxMs || latency.maxMs > latencyMaxMs)
    throw new InvalidArgumentError(`Milliseconds up to ${latencyMaxMs}, fixed (20) or spread (5-50).`);
  return latency;
}
