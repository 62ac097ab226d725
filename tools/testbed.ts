/**
 * Real Docker engines on this machine, for trying things out: `npm run testbed -- up 4`. They stay until `down`.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';

type Mix = Generation | 'mixed';
type BedName = { readonly bed: string };

const mixes: readonly Mix[] = ['mixed', 'old', 'new'];
/** More would not fit a small machine's memory. */
const enginesMax = 100;

const program = new Command('testbed').description('Real Docker engines on this machine (Linux, root)');
program.option('--bed <name>', 'which bed', 'default');

program
  .command('up')
  .description('boot engines, with a busybox image in each')
  .argument('<count>', 'how many', countOf)
  .argument('[mix]', 'mixed, old (20.10) or new (28)', mixOf, 'mixed')
  .addOption(new Option('--owner <pid>', 'the bed goes when this process has gone').argParser(Number).hideHelp())
  .action(async (count: number, mix: Mix, { owner }: { readonly owner?: number }) => {
    const name = bedName();
    const known = owner === undefined ? await Testbed.attach(name) : undefined;
    const bed = known ?? (await Testbed.open(name, { lasting: true, ...(owner === undefined ? {} : { ownerPid: owner }) }));
    for (let made = 0; made < count; made += 1) {
      const engine = await bed.engine({ generation: generationOf(mix, bed.engines.length) });
      await engine.image();
      console.log(`${engine.name} ${engine.address} ${engine.generation}`);
    }
    console.log(bed.nodesArgument);
  });

program
  .command('down')
  .description('take the bed down, and all that it made')
  .action(async () => {
    const bed = await Testbed.attach(bedName());
    await bed?.close();
  });

program
  .command('ls')
  .description('list the engines')
  .action(async () => {
    const bed = await attached();
    for (const engine of bed.engines) {
      console.log(`${engine.name} ${engine.address} ${engine.generation} ${(await engine.answers()) ? 'answers' : 'silent'}`);
    }
    console.log(bed.nodesArgument);
  });

onEngine('image', 'load busybox:latest', (engine) => engine.image());
onEngine('kill', 'SIGKILL to the daemon', (engine) => engine.kill());
onEngine('off', "cut the host's power", (engine) => engine.powerOff());
onEngine('restart', 'end the daemon politely and start it again; also after kill and off', (engine) => engine.restart());
onEngine('stop', 'SIGSTOP to the daemon: it hangs', (engine) => engine.stop());
onEngine('cont', 'SIGCONT to the daemon', (engine) => engine.cont());
onEngine('cut', 'take the host off the network', (engine) => engine.cut());
onEngine('heal', 'put the host back on the network', (engine) => engine.heal());

const reason = whyNoEngines();
if (reason !== undefined) program.error(reason);
try {
  await program.parseAsync();
} catch (error) {
  program.error(error instanceof Error ? error.message : String(error));
}

function onEngine(verb: string, description: string, act: (engine: TestEngine) => Promise<void>): void {
  program
    .command(verb)
    .description(description)
    .argument('<engine>', 'its number or name')
    .action(async (wanted: string) => {
      const { engines } = await attached();
      const engine = engines.find(({ name }) => name === wanted || name === `node-${wanted}`);
      if (engine === undefined) throw new Error(`no engine ${wanted}; there are ${engines.map(({ name }) => name).join(', ')}`);
      await act(engine);
    });
}

function bedName(): string {
  return program.opts<BedName>().bed;
}

async function attached(): Promise<Testbed> {
  const bed = await Testbed.attach(bedName());
  if (bed === undefined) throw new Error(`the bed '${bedName()}' is not up: npm run testbed -- up 3`);
  return bed;
}

function generationOf(mix: Mix, index: number): Generation {
  if (mix !== 'mixed') return mix;
  return index % 2 === 0 ? 'old' : 'new';
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > enginesMax)
    throw new InvalidArgumentError(`a number from 1 to ${enginesMax}`);
  return count;
}

function mixOf(text: string): Mix {
  const mix = mixes.find((known) => known === text);
  if (mix === undefined) throw new InvalidArgumentError(`one of ${mixes.join(', ')}`);
  return mix;
}
