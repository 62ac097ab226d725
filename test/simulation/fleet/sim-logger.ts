import { BaleenError } from '#contracts';
import type { Logger } from '#service-shell';

type Level = 'warn' | 'error';
export type OnLogged = (level: Level, text: string, error: unknown) => void;

/** A logger that hands warnings and errors to the simulation. */
export function simLogger(onLogged: OnLogged): Logger {
  const at = (level: Level) => (facts: unknown, text?: string) => {
    if (typeof facts === 'string') onLogged(level, facts, undefined);
    else onLogged(level, text ?? '', (facts as { err?: unknown }).err);
  };
  const quiet = () => undefined;
  const logger = { trace: quiet, debug: quiet, info: quiet, warn: at('warn'), error: at('error'), fatal: at('error') };
  // The part of pino that the cores use.
  return Object.assign(logger, { child: () => logger }) as unknown as Logger;
}

/** True for what no fault of the world explains. */
export function isDefect(error: unknown): boolean {
  return error !== undefined && !(error instanceof BaleenError);
}
