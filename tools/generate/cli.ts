import type { Command } from 'commander';
import { everyCommand, pathOf } from '../../apps/cli/src/help/apply-manual.ts';
import { buildProgram } from '../../apps/cli/src/program.ts';

/** Columns of a page. */
const width = 110;

/** `docs/cli.md` without its note: what `--help` prints. */
export function cliDocument(): string {
  const program = buildProgram('', {}, () => undefined);
  const pages = everyCommand(program).map((command) => `## ${titleOf(command)}\n\n\`\`\`text\n${helpOf(command)}\`\`\`\n`);
  return `# Commands\n\n\`baleen <command> --help\` prints these pages.\n\n${pages.join('\n')}`;
}

function titleOf(command: Command): string {
  return command.parent === null ? command.name() : `baleen ${pathOf(command)}`;
}

function helpOf(command: Command): string {
  let text = '';
  command.configureHelp({ ...command.configureHelp(), helpWidth: width });
  command.configureOutput({
    writeOut: (written) => {
      text += written;
    },
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return `${text.trimEnd()}\n`;
}
