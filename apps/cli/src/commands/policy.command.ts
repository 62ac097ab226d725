import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Policy, parsePolicy, tokenDigest } from '#access';
import { BaleenError } from '#contracts';
import { fileFailure, systemRandomness } from '#service-shell';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandContext } from './command-context.ts';

const tokenBytes = 32;
const whereItsFormIs = 'docs/security.md has the form of a policy file, and one to begin with';

/** `baleen policy`: what one needs to write a policy file (docs/security.md). */
export function addPolicy(program: Command, { exit }: CommandContext): void {
  const policy = program.command('policy').description('check a policy file, make a token for one');
  policy
    .command('check')
    .description('every problem of a policy file, or who it lets in')
    .argument('<file>', 'the policy file')
    .action((file: string) => {
      for (const line of summary(readPolicyFile(file))) process.stdout.write(`${line}\n`);
      exit(0);
    });
  policy
    .command('token')
    .description('make a bearer token: it is shown once, the policy file gets its digest')
    .argument('<identity>', 'name of the identity that it is for')
    .action((identity: string) => {
      const token = systemRandomness.hex(tokenBytes);
      process.stdout.write(`token (give it to ${identity}, it is not kept):\n  ${token}\n`);
      process.stdout.write(`digest (into "tokens" of the identity ${identity} in the policy file):\n  ${tokenDigest(token)}\n`);
      process.stdout.write(`docker CLI, in ~/.docker/config.json:\n  {"HttpHeaders": {"Authorization": "Bearer ${token}"}}\n`);
      exit(0);
    });
}

/** Throws UsageError naming every problem. */
export function readPolicyFile(path: string): Policy {
  try {
    return parsePolicy(readFileSync(path));
  } catch (error) {
    if (error instanceof BaleenError)
      throw new UsageError(`${path}: ${error.message.replaceAll('\n', `\n${path}: `)}\n${whereItsFormIs}`);
    throw new UsageError(`the policy file ${path} cannot be read: ${fileFailure(error)}`);
  }
}

function summary({ identities, tenants }: Policy): string[] {
  const rows = Object.entries(identities).map(([name, { role, tenant, certificates, tokens, localSocket }]) => {
    const proofs = [
      ...certificates,
      ...tokens.map((digest) => `token ${digest.slice(0, 15)}…`),
      ...(localSocket ? ['local socket'] : []),
    ];
    return `${name}: ${role}${tenant === undefined ? '' : ` of tenant ${tenant}`}, by ${proofs.join(', ')}`;
  });
  return [...rows, `tenants: ${Object.keys(tenants).join(', ') || 'none'}`];
}
