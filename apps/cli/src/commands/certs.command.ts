import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { makeTrialCertificates, type TrialCertificates } from '../certs/trial-certificates.ts';
import type { CommandContext } from './command-context.ts';

type CertsOptions = { readonly out: string; readonly host: readonly string[]; readonly client: readonly string[] };

const help = `
The folder gets ca.pem and ca-key.pem, server-cert.pem and server-key.pem, and clients/<name> with ca.pem, cert.pem and key.pem. What is there
already stays: call it again to add clients. For a trial: whoever has ca-key.pem is root on every engine.`;

/** `baleen certs`: a CA and certificates for a trial of TLS, and the commands to use them. */
export function addCerts(program: Command, { collect, exit }: CommandContext): void {
  program
    .command('certs')
    .description('make a CA, a gateway’s certificate and clients’ certificates for a trial (needs openssl)')
    .option('--out <folder>', 'where they go', 'baleen-certs')
    .option(
      '--host <name>',
      'name or address that clients reach the gateway by (default: this machine’s name); loopback always',
      collect,
      [],
    )
    .option('--client <name>', 'a client to make a certificate for (default: client)', collect, [])
    .addHelpText('after', help)
    .action(async ({ out, host, client }: CertsOptions) => {
      const ownName = hostname();
      const made = await makeTrialCertificates({ folder: resolve(out), hosts: host, clients: client, ownName });
      for (const line of usageLines(made, host[0])) process.stdout.write(`${line}\n`);
      exit(0);
    });
}

/** Without a name that others reach it by, the trial is one of this machine. */
function usageLines({ ca, serverCert, serverKey, clients }: TrialCertificates, host: string | undefined): string[] {
  const name = host ?? '127.0.0.1';
  const address = name.includes(':') ? `[${name}]` : name;
  const files = `--tlscacert ${ca} --tlscert ${serverCert} --tlskey ${serverKey}`;
  return [
    `baleen manage -H tcp://${host === undefined ? address : '0.0.0.0'}:2376 --tlsverify ${files} --engine-tls off <discovery>`,
    ...clients.map((path) => `export DOCKER_HOST=tcp://${address}:2376 DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=${path}`),
  ];
}
