import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';

/** Older servers have no per-message TTL with deletion markers. */
export const oldestNatsServer = [2, 12];
const versionTimeoutMs = 10_000;

/** Where the bootstrap puts the server it fetched. */
export function cachedNatsServer(env = process.env) {
  return join(cacheFolder(env), 'bin', 'nats-server');
}

/** Path of a nats-server that is new enough: the one on PATH, else the fetched one; `undefined` when there is none. */
export function findNatsServer(env = process.env) {
  const onPath = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'nats-server'));
  return [...onPath, cachedNatsServer(env)].find((program) => existsSync(program) && isUsable(program));
}

/** It runs on this machine and is of version 2.12 or later; or may be, where a busy machine gave no answer in time: its start will tell. */
export function isUsable(program) {
  const { stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: versionTimeoutMs });
  if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT') return true;
  const version = /(\d+)\.(\d+)/.exec(stdout ?? '');
  if (version === null) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > oldestNatsServer[0] || (major === oldestNatsServer[0] && minor >= oldestNatsServer[1]);
}
