import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Full path of a program on PATH, `undefined` when there is none. */
export function programOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
}

/** Starts a program that gets SIGTERM when this process ends. Linux sees to it even after SIGKILL; elsewhere our own exit must do. */
export function spawnDyingWithUs(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const setpriv = process.platform === 'linux' ? programOnPath('setpriv') : undefined;
  const child =
    setpriv === undefined ? spawn(program, args, options) : spawn(setpriv, ['--pdeathsig', 'TERM', program, ...args], options);
  const killIt = () => child.kill('SIGTERM');
  process.once('exit', killIt);
  child.once('close', () => process.removeListener('exit', killIt));
  return child;
}
