import Docker from 'dockerode';
import type { EngineAddress } from './engine-address.ts';

/** The control calls that are made by dockerode. Its types do not know `abortSignal`, which its code takes. */
export type EngineControl = {
  info(options: { abortSignal: AbortSignal }): Promise<unknown>;
  version(options: { abortSignal: AbortSignal }): Promise<unknown>;
};

/**
 * dockerode for one daemon, for calls whose answer is parsed anyway. With Node's own agent: an agent of ours would be inspected on
 * every call (docs/adr/0006). What must stay bytes goes through EngineClient.
 */
export function engineControl(address: EngineAddress): EngineControl {
  const where =
    address.kind === 'unix'
      ? { socketPath: address.path }
      : { protocol: 'http' as const, host: address.host, port: address.port };
  return new Docker(where) as unknown as EngineControl;
}
