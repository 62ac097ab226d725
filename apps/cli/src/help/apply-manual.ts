import { type Command, Help, type Option } from 'commander';
import { flagVariables } from './flag-variables.ts';
import { type ManualEntry, type ManualRow, manual, usualExitStatus } from './manual.ts';

/** Columns of an output that is no terminal. */
const usualWidth = 80;
/** Columns that a description needs beside its flags. */
const columnMin = 44;
/** Before what is said of something that has a line of its own. */
const indent = ' '.repeat(6);

/** Makes a page of a manual of every command's `--help`: what it does, options, environment, examples, exit status, where more is said. */
export function applyManual(program: Command): void {
  for (const command of everyCommand(program)) {
    const entry = manual[pathOf(command)];
    if (entry === undefined) continue;
    command.summary(command.description());
    command.description([command.description(), ...entry.description].join('\n\n'));
    command.addHelpText('after', sections(entry));
    command.configureHelp({
      optionDescription: (option) => option.description + choicesAndDefault(option) + variableOf(command, option),
      // Where flags are long, two columns leave too little room for what is said of them.
      formatItem(term, termWidth, description, helper) {
        const width = helper.helpWidth ?? usualWidth;
        if (width - termWidth > columnMin || description === '')
          return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
        const wrapped = helper.boxWrap(description, width - indent.length).replaceAll('\n', `\n${indent}`);
        return `  ${term}\n${indent}${wrapped}`;
      },
    });
  }
}

/** The command itself, and all below it. */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** As in `policy check`; of the program its name. */
export function pathOf(command: Command): string {
  const above = command.parent;
  return above === null || above.parent === null ? command.name() : `${pathOf(above)} ${command.name()}`;
}

function sections({ environment = [], examples, exitStatus = usualExitStatus, seeAlso }: ManualEntry): string {
  return [
    section('Environment', environment),
    section('Examples', examples),
    section('Exit status', exitStatus),
    `\nSee also:\n  ${seeAlso.join(', ')}`,
  ].join('');
}

function section(title: string, rows: readonly ManualRow[]): string {
  return rows.length === 0 ? '' : `\n${title}:\n${rows.map(([term, meaning]) => `  ${term}\n${indent}${meaning}\n`).join('')}`;
}

/** Of `manage` alone: other commands run no services of their own. */
function variableOf(command: Command, { long }: Option): string {
  const variable = command.name() === 'manage' ? flagVariables.get(long ?? '') : undefined;
  return variable === undefined ? '' : ` [${variable}]`;
}

function choicesAndDefault({ argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? '' : ` (choices: ${argChoices.join(', ')})`;
  return typeof defaultValue === 'string' && defaultValue !== '' ? `${choices} (default: ${defaultValue})` : choices;
}
