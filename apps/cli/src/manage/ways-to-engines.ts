import { engineTransportProblems, plainEngineTransport } from '#docker-api';
import type { EngineTransportSettings } from '../flags/tls-flags.ts';

/** What would keep monitors and gateways from dialling engines, as far as the flags say; the rest is for those who dial to check. */
export function waysToEnginesProblems(given: EngineTransportSettings): string[] {
  const { engineTls = plainEngineTransport.engineTls } = given;
  return engineTransportProblems({ ...plainEngineTransport, ...given, engineTls });
}
