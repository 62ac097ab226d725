/** What a host's first process runs with. Paths are the machine's. */
export type HostScript = {
  readonly name: string;
  /** Root folder of the generation, shared and never written to. */
  readonly rootFolder: string;
  /** The host's own folder: root, upper, work (its root file system) and machine (seen inside as /machine). */
  readonly folder: string;
};

/** Inside a host: its data, sockets, logs. On a real disk, so that overlay2 works in it. */
export const machineFolder = '/machine';

/**
 * Shell script of a host's first process (pid 1 of its own pid namespace, so ending it ends everything inside).
 * It records itself in `init.stat` before anything else, so that a crash of the test leaves nothing unknown behind.
 * pivot_root, not chroot: in a chrooted dockerd, `docker exec` would run on this machine's own root file system.
 */
export function hostScript({ name, rootFolder, folder }: HostScript): string {
  const root = `${folder}/root`;
  return `set -e
read -r stat < /proc/self/stat
echo "$stat" > '${folder}/init.stat'
hostname '${name}'
mount -t overlay overlay -o 'lowerdir=${rootFolder},upperdir=${folder}/upper,workdir=${folder}/work' '${root}'
cd '${root}'
mkdir -p .old .${machineFolder} etc/docker
mount -t proc proc proc
mount --rbind /dev dev
mount --rbind /sys sys
mount -t tmpfs tmpfs run
mkdir -p run/lock
mount --bind '${folder}/machine' .${machineFolder}
echo 'nameserver 127.0.0.1' > etc/resolv.conf
echo '${name}' > etc/hostname
echo '127.0.0.1 localhost ${name}' > etc/hosts
pivot_root . .old
exec /usr/sbin/chroot . /bin/sh -c '
  umount -l /.old
  touch ${machineFolder}/ready
  trap : TERM INT
  while :; do sleep 3600 & wait; done'
`;
}
