import type { Command } from 'commander';
import { clientTls, clientTlsFlags } from '../asking/client-tls.ts';
import { askGateway, type GatewayTarget } from '../asking/gateway-request.ts';
import type { EndpointTlsOptions } from '../flags/tls-flags.ts';
import { UsageError } from '../flags/usage-error.ts';
import { dockerHost, listenHost } from '../listening/listen-hosts.ts';
import type { CommandContext } from './command-context.ts';

/** `baleen create` (spec 1.3): mints a token at the admin listener of a gateway. stdout has the token alone. */
export function addCreate(program: Command, { env, exit }: CommandContext): void {
  const command = program
    .command('create')
    .alias('c')
    .description('mint a token that engines are registered with, at a gateway of Baleen')
    .argument('[none...]')
    .option('-H, --admin <address>', 'admin listener of a gateway, tcp://host:port or unix:///path (or BALEEN_ADMIN)')
    .action(async (given: string[], options: EndpointTlsOptions & { readonly admin?: string }) => {
      if (given.length > 0) throw new UsageError("the `create` command takes no arguments. See 'baleen create --help'.");
      const admin = options.admin ?? env['BALEEN_ADMIN'] ?? '';
      if (admin === '') {
        throw new UsageError(
          'create needs the admin listener of a gateway (baleen manage --admin tcp://host:port): name it with --admin',
        );
      }
      const gateway = { host: dockerHost(listenHost(admin)), tls: clientTls(options, env) };
      const token = await mint(gateway);
      process.stdout.write(`${token}\n`);
      for (const line of usageLines(gateway, token)) process.stderr.write(`${line}\n`);
      exit(0);
    });
  for (const [flags, description] of clientTlsFlags) command.option(flags, description);
}

async function mint(gateway: GatewayTarget): Promise<string> {
  const { status, body } = await askGateway(gateway, 'POST', '/clusters');
  const token = body.trim();
  if (status === 200 && /^[0-9a-f]{32}$/.test(token)) return token;
  throw new UsageError(`${gateway.host} answered ${status} and no token: is it the admin listener of a Baleen gateway?`);
}

/** The protocol goes over TCP: on a socket the operator has to say where the service is reached. */
function usageLines({ host, tls }: GatewayTarget, token: string): string[] {
  const service = host.startsWith('tcp://') ? host.slice('tcp://'.length) : '<admin host>:<port>';
  const discovery = `${tls === undefined ? 'token+http' : 'token'}://${service}/${token}`;
  const files = ['kv.cacertfile=<ca>', 'kv.certfile=<cert>', 'kv.keyfile=<key>'].map((option) => ` --discovery-opt ${option}`);
  const options = tls === undefined ? '' : files.join('');
  return [
    `on each engine's host: baleen join${options} --advertise <its ip>:2375 ${discovery}`,
    `the fleet: baleen manage${options} ${discovery}`,
  ];
}
