import type { Command } from 'commander';

/** A command that only groups others, `baleen` itself among them, answers its help: on stdout and with status 0, as --help does. */
export function groupHelp(argv: readonly string[], program: Command): string[] {
  let command = program;
  for (const word of argv) {
    const below = command.commands.find((each) => each.name() === word);
    if (below === undefined) return [...argv];
    command = below;
  }
  return command.commands.length > 0 ? [...argv, '--help'] : [...argv];
}
