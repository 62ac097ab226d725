import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { manageSettings } from '../flags/manage-flags.ts';
import type { ManageOptions } from '../flags/manage-options.ts';
import { buildProgram } from '../program.ts';
import { planServices } from '../services/service-plan.ts';
import { everyCommand, pathOf } from './apply-manual.ts';
import { flagVariables } from './flag-variables.ts';
import { manual } from './manual.ts';

const program = buildProgram('1.0.0', {}, () => undefined);
const commands = everyCommand(program);

describe('a page of --help', () => {
  it.each(commands.map((command) => [pathOf(command), command] as const))('of %s is whole', (_, command) => {
    const page = pageOf(command);
    for (const heading of ['Usage:', 'Examples:', 'Exit status:', 'See also:']) expect(page).toContain(`\n${heading}`);
  });

  it('is there for every command, and for nothing else', () => {
    expect(Object.keys(manual).toSorted()).toEqual(commands.map(pathOf).toSorted());
  });

  it.each(examples())('has an example whose flags there are: %s', (line) => {
    const [, name = ''] = line.split(' ');
    const known = flagsOf(commands.find((command) => command.name() === name) ?? program);
    // What follows --dry-run are flags of docker run.
    const flags = line.replace(/--dry-run .*/, '--dry-run').match(/--[a-z-]+/g) ?? [];
    expect(flags.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('keeps its lines short', () => {
    const own = pageOf(program.commands.find((command) => command.name() === 'manage') ?? program).split('Discovery:')[0] ?? '';
    expect(own.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

it('the variable in brackets behind a flag of manage is one that the flag sets', async () => {
  const everything = ['--insecure-no-auth', '--publish-ports', '62000-63000'];
  const files = ['--tlsverify', '--tlscacert', 'a', '--tlscert', 'b', '--tlskey', 'c', '--filter', 'health'];
  const policy = ['--policy', 'p', '--audit-log', '-', '--audit-reads'];
  const engines = ['--engine-tls-dir', 'd', '--engine-ssh-config', 'e'];
  const planned = planServices(
    manageSettings(await parsed([...everything, ...files, ...policy, ...engines]), 'n1:2375'),
    { url: 'nats://n' },
    'info',
  );
  const set = new Set(planned.flatMap(({ env }) => Object.keys(env)));
  expect([...new Set(flagVariables.values())].filter((variable) => !set.has(variable))).toEqual([]);
});

it('only flags of manage have one', () => {
  const flags = flagsOf(program.commands.find((command) => command.name() === 'manage') ?? program);
  expect([...flagVariables.keys()].filter((flag) => !flags.has(flag))).toEqual([]);
});

function examples(): string[] {
  return Object.values(manual).flatMap((entry) => entry.examples.map(([line]) => line));
}

function flagsOf(command: Command): Set<string> {
  return new Set(command.options.flatMap(({ long, short }) => [long ?? '', short ?? '']));
}

function pageOf(command: Command): string {
  let page = '\n';
  command.configureOutput({
    writeOut: (text) => {
      page += text;
    },
  });
  command.outputHelp();
  return page;
}

/** What the command line of `manage` hands over. */
async function parsed(flags: readonly string[]): Promise<ManageOptions> {
  const manage = buildProgram('1.0.0', {}, () => undefined).commands.find((command) => command.name() === 'manage');
  if (manage === undefined) throw new Error('there is no manage');
  let options: ManageOptions | undefined;
  manage.action((_: string[], given: ManageOptions) => {
    options = given;
  });
  await manage.parseAsync([...flags, 'n1:2375'], { from: 'user' });
  if (options === undefined) throw new Error('manage was not run');
  return options;
}
