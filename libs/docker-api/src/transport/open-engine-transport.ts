import { type Clock, ConfigError, type Logger } from '#service-shell';
import { DirectTransport } from './direct-transport.ts';
import type { EngineAddress } from './engine-address.ts';
import type { EngineStream, EngineTransport } from './engine-transport.ts';
import { type EngineTransportConfig, engineTransportProblems } from './engine-transport-config.ts';
import { SshTransport } from './ssh/ssh-transport.ts';
import { EngineTls } from './tls/engine-tls.ts';
import { TlsTransport } from './tls/tls-transport.ts';

/** A transport that holds processes and files until it is closed. */
export type OpenEngineTransport = EngineTransport & { close(): Promise<void> };

/** The way to every engine, as configured. Throws ConfigError with all problems of the configuration. */
export function openEngineTransport(
  config: EngineTransportConfig,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): OpenEngineTransport {
  const problems = engineTransportProblems(config);
  if (problems.length > 0) throw new ConfigError(problems);
  const engineTls = new EngineTls(config, logger);
  const direct = new DirectTransport(clock);
  const tls = new TlsTransport(engineTls, clock);
  const ssh = new SshTransport(config.engineSshConfigFile, clock, logger);
  const transportOf = (address: EngineAddress): EngineTransport => {
    switch (address.kind) {
      case 'unix':
      // Refused there: only what holds a tunnel reaches engines behind agents.
      case 'agent':
        return direct;
      case 'tcp':
        return engineTls.isWanted(address) ? tls : direct;
      case 'tls':
        return tls;
      case 'ssh':
        return ssh;
    }
  };
  return {
    connect: (address: EngineAddress, onReady?: () => void): EngineStream => transportOf(address).connect(address, onReady),
    close: () => ssh.close(),
  };
}
