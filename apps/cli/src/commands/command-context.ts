import type { LogFormat } from '../flags/log-flags.ts';

/** What every command is given besides its own flags. */
export type CommandContext = {
  readonly env: NodeJS.ProcessEnv;
  /** Ends the process with the status of what ran. */
  readonly exit: (status: number) => void;
  /** Global flags, read when the command runs. */
  readonly isDebug: () => boolean;
  readonly logLevel: () => string;
  /** `undefined` = not said. */
  readonly logFormat: () => LogFormat | undefined;
  /** Gathers a flag that may be given several times. */
  readonly collect: (value: string, previous: string[]) => string[];
};
