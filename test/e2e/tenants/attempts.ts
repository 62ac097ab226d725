/** Commands with which a tenant reaches for another's container, by each of its names. */
export function reachesForContainer(names: readonly string[]): string[][] {
  return names.flatMap((name) => [
    ['inspect', name],
    ['logs', name],
    ['exec', name, 'id'],
    ['cp', `${name}:/etc/passwd`, '-'],
    ['stop', name],
    ['commit', name],
    ['run', '--rm', '--pid', `container:${name}`, 'busybox', 'ps'],
    ['run', '--rm', '--volumes-from', name, 'busybox', 'ls', '/data'],
  ]);
}

/** … for another's network `net-b` and volume `vol-b`. */
export const reachesForOthers: readonly string[][] = [
  ['run', '--rm', '-v', 'vol-b:/x', 'busybox', 'ls'],
  ['run', '--rm', '--network', 'net-b', 'busybox', 'ls'],
  ['network', 'connect', 'net-b', 'web'],
  ['volume', 'rm', 'vol-b'],
  ['volume', 'inspect', 'vol-b'],
];

/** Flags of a run with which a container would have more of its engine than its own walls. */
export const waysOut: readonly string[][] = [
  ['--privileged'],
  ['--network', 'host'],
  ['--pid', 'host'],
  ['--ipc', 'host'],
  ['--uts', 'host'],
  ['--userns', 'host'],
  ['--device', '/dev/null'],
  ['--cap-add', 'SYS_ADMIN'],
  ['--security-opt', 'seccomp=unconfined'],
  ['--security-opt', 'systempaths=unconfined'],
  ['--cgroup-parent', '/'],
  ['--runtime', 'other'],
  ['-v', '/:/host'],
  ['-v', '/var/run/docker.sock:/s'],
  ['--mount', 'type=bind,src=/,dst=/host'],
  ['--mount', 'type=volume,src=vol-a,dst=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/'],
  ['--log-driver', 'syslog'],
  ['--label', 'io.baleen.owner=team-b'],
];

/** Flags that reach into every part of a create's body, and are within the walls. */
export const usualFlags =
  '-v /data --tmpfs /t --ulimit nofile=1024 --health-cmd true --health-interval 5s --dns 1.1.1.1 --add-host a:1.1.1.1 --label a=b ' +
  '--memory 64m --cpus 0.5 --pids-limit 50 --shm-size 16m --security-opt no-new-privileges --cap-drop NET_RAW --expose 90 --init ' +
  '--mount type=tmpfs,dst=/x,tmpfs-size=1048576 --log-opt max-size=1m --stop-timeout 1 --hostname h --entrypoint cat -p 127.0.0.1::80';
