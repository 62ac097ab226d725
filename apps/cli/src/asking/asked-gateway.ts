import type { Command } from 'commander';
import { defaultHost } from '#endpoint';
import type { EndpointTlsOptions } from '../flags/tls-flags.ts';
import { clientTls, clientTlsFlags } from './client-tls.ts';
import type { GatewayTarget } from './gateway-request.ts';

/** Of the commands that ask a gateway. */
export type AskingOptions = Pick<EndpointTlsOptions, 'tls' | 'tlsverify' | 'tlscacert' | 'tlscert' | 'tlskey'> & {
  readonly host?: string;
};

export function addAskingOptions(command: Command): Command {
  command.option('-H, --host <address>', 'gateway to ask (default: DOCKER_HOST)');
  for (const [flags, description] of clientTlsFlags) command.option(flags, description);
  return command;
}

/** The gateway that flags and environment name, as the docker CLI reads them. */
export function askedGateway(options: AskingOptions, env: NodeJS.ProcessEnv): GatewayTarget {
  return {
    host: options.host ?? (env['DOCKER_HOST'] || defaultHost),
    tls: clientTls(options, env),
    token: env['BALEEN_TOKEN'] || undefined,
  };
}
