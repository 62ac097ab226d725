import Docker from 'dockerode';
import { type EngineAddress, showEngineAddress } from './transport/engine-address.ts';
import type { EngineTransport } from './transport/engine-transport.ts';
import { TransportAgent } from './transport/transport-agent.ts';

/** The control calls that are made by dockerode. Its types do not know `abortSignal`, which its code takes. */
export type EngineControl = {
  info(options: { abortSignal: AbortSignal }): Promise<unknown>;
  version(options: { abortSignal: AbortSignal }): Promise<unknown>;
};

/**
 * dockerode for one daemon, for calls whose answer is parsed anyway and that are made one at a time: dockerode looks through a given
 * agent on every call (docs/adr/0006). What must stay bytes goes through EngineClient.
 */
export function engineControl(address: EngineAddress, transport: EngineTransport): EngineControl {
  const engine = { name: showEngineAddress(address), address };
  const agent = new TransportAgent(transport, () => engine);
  // Host and protocol are said, or dockerode takes them from DOCKER_HOST.
  const where = { protocol: 'http' as const, host: 'docker', port: 80, agent };
  return new Docker(where) as unknown as EngineControl;
}
