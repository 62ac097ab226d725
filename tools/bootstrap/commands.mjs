import { spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream } from 'node:fs';
import { delimiter, join } from 'node:path';

/** One line of progress for whoever waits; stdout stays free for results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Full path of a program on PATH, `undefined` when there is none. */
export function programOnPath(name, path = process.env['PATH'] ?? '') {
  for (const folder of [...path.split(delimiter), '/usr/sbin', '/sbin']) {
    const program = join(folder, name);
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'EACCES' && error.code !== 'ENOTDIR') throw error;
    }
  }
  return undefined;
}

/**
 * Runs a program to its end; what it prints goes to `logFile` when given. Rejects with the last lines it printed when it fails.
 * @param {{ logFile?: string, cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} options
 * @returns {Promise<string>} its stdout
 */
export function run(program, args, { logFile, cwd, env, timeoutMs = 600_000 } = {}) {
  return new Promise((resolve, reject) => {
    const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let stdout = '';
    let tail = '';
    const keep = (chunk) => {
      log?.write(chunk);
      tail = (tail + chunk).slice(-2_000);
    };
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      keep(chunk);
    });
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (status, signal) => {
      log?.end();
      if (status === 0) return resolve(stdout);
      const where = logFile === undefined ? '' : ` (log: ${logFile})`;
      reject(new Error(`${program} ${args[0] ?? ''} ended with ${signal ?? `status ${status}`}${where}:\n${tail.trim()}`));
    });
  });
}
