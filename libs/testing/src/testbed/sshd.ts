import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from './host.ts';
import { machineFolder } from './host-script.ts';

const server = 'sshd';
const sshPort = 22;
const upMaxMs = 20_000;
const pollMs = 20;
const folder = `${machineFolder}/ssh`;

/** OpenSSH's server on the host of an engine: root may log in with the keys it was given. */
export class TestSshd {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Starts it with a host key of its own; `authorizedKey` is a line of authorized_keys. Resolves once it greets. */
  async up(authorizedKey: string): Promise<void> {
    await this.#host.run(`mkdir -p -m 0755 ${folder} /run/sshd`);
    await this.newHostKey();
    writeFileSync(join(this.#host.machineFolder, 'ssh/authorized_keys'), `${authorizedKey}\n`);
    const config = [
      `Port ${sshPort}`,
      `HostKey ${folder}/host_key`,
      `AuthorizedKeysFile ${folder}/authorized_keys`,
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'UsePAM no',
      // The folder's path leads through folders that others may write to.
      'StrictModes no',
      // Default 10: monitors and gateways of tests log in at once.
      'MaxStartups 100',
      'PidFile none',
    ];
    writeFileSync(join(this.#host.machineFolder, 'ssh/sshd_config'), `${config.join('\n')}\n`);
    await this.start();
  }

  /** Starts it again, as it was. */
  async start(): Promise<void> {
    await this.#host.start(server, ['/usr/sbin/sshd', '-D', '-e', '-f', `${folder}/sshd_config`]);
    const deadlineMs = performance.now() + upMaxMs;
    while (!(await this.#greets())) {
      if (performance.now() > deadlineMs || !(await this.#host.signal(server, '0')))
        throw new Error(`sshd did not start:\n${this.#host.log(server)}`);
      await sleep(pollMs);
    }
  }

  /** SIGKILL to it and to every session: connections through it break. Nothing but this host's own processes is seen in there. */
  async kill(): Promise<void> {
    await this.#host.run(`for pid in $(ps -eo pid=,comm= | awk '$2 ~ /^sshd/ { print $1 }'); do kill -KILL "$pid" || true; done`);
  }

  /** As if the machine had been installed anew; counts from the next start. */
  async newHostKey(): Promise<void> {
    await this.#host.run(`rm -f ${folder}/host_key*; ssh-keygen -q -t ed25519 -N '' -f ${folder}/host_key`);
  }

  /** For known_hosts. */
  get knownHostsLine(): string {
    const [type, key] = readFileSync(join(this.#host.machineFolder, 'ssh/host_key.pub'), 'utf8').split(' ');
    return `${this.#host.ip} ${type} ${key}`;
  }

  #greets(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = createConnection({ host: this.#host.ip, port: sshPort });
      const answer = (greeted: boolean) => {
        socket.destroy();
        resolve(greeted);
      };
      socket.once('data', () => answer(true));
      socket.once('error', () => answer(false));
      socket.once('end', () => answer(false));
    });
  }
}
