import { execFile } from 'node:child_process';

export type CommandOptions = { readonly timeoutMs?: number; readonly env?: NodeJS.ProcessEnv; readonly input?: string };

/** No command of the testbed takes longer unless its caller says so. */
const defaultTimeoutMs = 60_000;
const outputMaxBytes = 64 * 1024 * 1024;

/** A command that ended badly; `stderr` is what it printed. */
export class CommandError extends Error {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(command: string, exitCode: number | undefined, stdout: string, stderr: string) {
    super(`${command} ended with ${exitCode ?? 'a signal'}: ${stderr.trim()}`);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** Runs a program to its end and resolves with its stdout; rejects with CommandError. */
export function command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { timeoutMs = defaultTimeoutMs, env = process.env, input } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: timeoutMs, env, maxBuffer: outputMaxBytes }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const exitCode = typeof error.code === 'number' ? error.code : undefined;
      reject(new CommandError(`${program} ${args.join(' ')}`, exitCode, stdout, stderr || error.message));
    });
    child.stdin?.end(input);
  });
}

/** Like `command`, for what may be gone already: resolves whether it succeeded. */
export async function attempt(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await command(program, args);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}
