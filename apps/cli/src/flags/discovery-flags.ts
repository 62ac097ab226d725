import { BaleenError } from '#contracts';
import { type DiscoveryArgument, parseDiscovery } from '#discovery-sources';
import { goDurationMs } from '#docker-api';
import { UsageError } from './usage-error.ts';

/** Where the fleet's list is: the argument, else SWARM_DISCOVERY (spec 1.1); more than one is refused by number. */
export function discoveryOf(command: string, given: readonly string[], env: NodeJS.ProcessEnv, what: string): string {
  if (given.length > 1) {
    throw new UsageError(
      `${command} takes one discovery argument, not ${given.length}: join node addresses with commas (${given.join(',')})`,
    );
  }
  const discovery = given[0] ?? env['SWARM_DISCOVERY'] ?? '';
  if (discovery === '') throw new UsageError(`discovery required to ${what} a cluster. See 'baleen ${command} --help'.`);
  return discovery;
}

/** The discovery and its options. Throws UsageError with what is wrong with them. */
export function readDiscovery(discovery: string, options: readonly string[]): DiscoveryArgument {
  try {
    return parseDiscovery(discovery, options);
  } catch (error) {
    if (error instanceof BaleenError) throw new UsageError(error.message);
    throw error;
  }
}

/** The Go duration of a flag in ms. Throws UsageError in classic's words. */
export function durationFlag(flag: string, text: string): number {
  const ms = goDurationMs(text);
  if (ms === undefined) throw new UsageError(`invalid ${flag}: time: invalid duration ${JSON.stringify(text)}`);
  return ms;
}

export function checkKeyValues(options: readonly string[]): void {
  if (options.some((option) => !option.includes('='))) throw new UsageError('--discovery-opt must contain key=value strings');
}
