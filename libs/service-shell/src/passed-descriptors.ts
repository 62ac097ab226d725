/** Where the descriptors that a supervisor passes begin (systemd's sd_listen_fds). */
const firstPassed = 3;

/**
 * The sockets that systemd's socket activation, or whatever follows its protocol, opened for this process: descriptors from 3 on. Empty
 * when there are none, or when they were meant for another process.
 */
export function passedDescriptors(env: NodeJS.ProcessEnv = process.env, pid: number = process.pid): number[] {
  const count = Number(env['LISTEN_FDS']);
  if (env['LISTEN_PID'] !== String(pid) || !Number.isInteger(count) || count <= 0) return [];
  return Array.from({ length: count }, (_, index) => firstPassed + index);
}
