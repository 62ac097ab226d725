import { BaleenError, type ErrorCode, errorCatalogue } from '#contracts';
import { ConfigError } from './config.ts';

/** Exit status of a process whose configuration is wrong: restarting it cannot help, so a supervisor must not. */
export const configurationExitCode = 78;
const failedExitCode = 1;

/** Why a service did not start, in words for whoever started it. */
export type StartFailure = { readonly problems: readonly string[]; readonly status: number };

/** Failures that stand until somebody changes a setting, or what it names; their messages say what to do. */
const ofConfiguration: ReadonlySet<ErrorCode> = new Set(['config/invalid', 'nats/unusable']);

/** `undefined` = a defect, of which only its stack tells anything. */
export function startFailure(error: unknown): StartFailure | undefined {
  if (error instanceof ConfigError) return { problems: error.problems, status: configurationExitCode };
  if (!(error instanceof BaleenError)) return undefined;
  if (ofConfiguration.has(error.code)) return { problems: [error.message], status: configurationExitCode };
  return { problems: [`${error.message}. ${errorCatalogue[error.code].remedy}`], status: failedExitCode };
}
