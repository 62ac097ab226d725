import { CommanderError } from 'commander';
import { printableLines } from '#contracts';
import packageJson from '../../../package.json' with { type: 'json' };
import { normaliseArguments } from './flags/argument-form.ts';
import { UsageError } from './flags/usage-error.ts';
import { groupHelp } from './help/group-help.ts';
import { buildProgram, longFlagsOf } from './program.ts';

// `baleen … | head`: the reader has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const program = buildProgram(packageJson.version, process.env, (status) => process.exit(status));
const argv = groupHelp(process.argv.slice(2), program);

try {
  await program.parseAsync(normaliseArguments(argv, longFlagsOf(program)), { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    const known = error instanceof UsageError || (error instanceof Error && error.name === 'BaleenError');
    const why =
      known && error instanceof Error ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`baleen: ${printableLines(why)}\n`);
    process.exitCode = 1;
  }
}
