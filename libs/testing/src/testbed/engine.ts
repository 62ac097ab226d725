import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dockerProgram, engineFolders } from '../../../../tools/bootstrap/engine-folders.mjs';
import { type CommandOptions, command } from './command.ts';
import { answersPing } from './daemon-ping.ts';
import { cgroupOf, type Host } from './host.ts';
import { machineFolder } from './host-script.ts';
import { TestSshd } from './sshd.ts';

export type Generation = 'old' | 'new';

export type EngineSettings = {
  readonly generation: Generation;
  /** Labels of the daemon. */
  readonly labels: Readonly<Record<string, string>>;
  /** More options of dockerd. */
  readonly args: readonly string[];
  /** True = it listens on its unix socket alone: no port of its host is open. */
  readonly socketOnly?: boolean;
  /** With it the engine's address speaks TLS only and asks for client certificates (`--tlsverify`). */
  readonly tls?: DaemonCertificates;
};

/** PEM files on this machine; copied when the engine starts, as dockerd reads them then. */
export type DaemonCertificates = { readonly ca: string; readonly cert: string; readonly key: string };

const enginePort = 2375;
/** Booting takes 1.5 s; more than a minute on a busy machine would be a failure. */
const upMaxMs = 60_000;
const pollMs = 50;
/** dockerd's own shutdown takes up to 5 s for its containers (`--shutdown-timeout`). */
const downMaxMs = 20_000;
const daemon = 'dockerd';
const logTail = 2_000;
const tlsFiles = {
  tlscacert: `${machineFolder}/tls/ca.pem`,
  tlscert: `${machineFolder}/tls/cert.pem`,
  tlskey: `${machineFolder}/tls/key.pem`,
};

/** A real Docker engine on a host of its own. */
export class TestEngine {
  readonly name: string;
  readonly generation: Generation;
  readonly ip: string;
  /** `ip:2375`: plain TCP, TLS only if the engine was given certificates, nobody with `socketOnly`. */
  readonly address: string;
  readonly #host: Host;
  readonly #settings: EngineSettings;
  readonly #subnet: string;
  readonly #dockerConfig: string;

  constructor(host: Host, settings: EngineSettings, bed: { readonly subnet: string; readonly dockerConfig: string }) {
    this.#host = host;
    this.#settings = settings;
    this.#subnet = bed.subnet;
    this.#dockerConfig = bed.dockerConfig;
    this.name = host.name;
    this.generation = settings.generation;
    this.ip = host.ip;
    this.address = `${host.ip}:${enginePort}`;
  }

  /** The same daemon on a unix socket of this machine. */
  get socketPath(): string {
    return join(this.#host.machineFolder, 'docker.sock');
  }

  /** What dockerd has written so far. */
  get log(): string {
    return this.#host.log(daemon);
  }

  /** Runs the docker CLI against this engine; resolves with its stdout without the last newline, rejects with CommandError. */
  async docker(...args: readonly string[]): Promise<string> {
    return (await this.dockerWith({}, ...args)).replace(/\n$/, '');
  }

  dockerWith(options: CommandOptions, ...args: readonly string[]): Promise<string> {
    const env = { ...process.env, DOCKER_CONFIG: this.#dockerConfig, ...options.env };
    return command(dockerProgram(), ['--host', this.#cliHost, ...args], { ...options, env });
  }

  /** Loads busybox:latest (2 MB, the same id on every engine). */
  async image(): Promise<void> {
    await this.docker('load', '--quiet', '--input', engineFolders().image);
  }

  /** Switches the host on if it is off, starts dockerd and resolves once it answers. Rejects with the daemon's last words. */
  async up(): Promise<void> {
    if (!this.#host.isOn) await this.#host.switchOn();
    this.#copyCertificates();
    // A killed daemon leaves its pid file, and the next may meet another process of that pid.
    rmSync(join(this.#host.machineFolder, 'docker.pid'), { force: true });
    await this.#host.start(daemon, ['dockerd', ...this.#daemonOptions()]);
    await this.#answering();
  }

  /** SIGKILL to dockerd; its host and what it left behind stay. */
  async kill(): Promise<void> {
    await this.#host.signal(daemon, 'KILL');
    await this.#daemonGone();
  }

  /** As if the host's power failed. `restart` boots it again. */
  powerOff(): Promise<void> {
    return this.#host.switchOff();
  }

  /** Ends dockerd politely if it runs, and starts it again (also after `kill` and `powerOff`). */
  async restart(): Promise<void> {
    if (this.#host.isOn && (await this.#host.signal(daemon, 'CONT'))) {
      await this.#host.signal(daemon, 'TERM');
      await this.#daemonGone();
    }
    await this.up();
  }

  /** SIGSTOP: dockerd accepts connections (the kernel does) and answers nothing. */
  async stop(): Promise<void> {
    await this.#host.signal(daemon, 'STOP');
  }

  async cont(): Promise<void> {
    await this.#host.signal(daemon, 'CONT');
  }

  /** Off the network while it runs on. */
  cut(): Promise<void> {
    return this.#host.cut();
  }

  heal(): Promise<void> {
    return this.#host.heal();
  }

  /** Runs a shell script on the engine's host; resolves with its stdout. */
  shell(script: string): Promise<string> {
    return this.#host.run(script);
  }

  /** A program with its arguments, to be spawned on the engine's network and under its host name, with this machine's files. */
  onNetwork(program: readonly string[]): [string, ...string[]] {
    return this.#host.onNetwork(program);
  }

  /** TCP and UDP sockets of the engine's host that wait for somebody, as `ss` lists them. */
  async openPorts(): Promise<string[]> {
    const listed = await this.shell('ss -Hlntu');
    return listed.split('\n').filter((line) => line !== '');
  }

  /** Takes engine, host and everything on its disk away. */
  down(): Promise<void> {
    return this.#host.remove();
  }

  /** Starts an ssh server beside the daemon; root logs in with this line of authorized_keys. */
  async sshd(authorizedKey: string): Promise<TestSshd> {
    const sshd = new TestSshd(this.#host);
    await sshd.up(authorizedKey);
    return sshd;
  }

  /** True when the daemon answers within a second: over the network, or on its socket when its address is not plain. */
  answers(): Promise<boolean> {
    return answersPing(this.#isPlain ? { host: this.ip, port: enginePort } : { socketPath: this.socketPath });
  }

  get #isPlain(): boolean {
    return this.#settings.tls === undefined && this.#settings.socketOnly !== true;
  }

  get #cliHost(): string {
    return this.#isPlain ? `tcp://${this.address}` : `unix://${this.socketPath}`;
  }

  #copyCertificates(): void {
    const { tls } = this.#settings;
    if (tls === undefined) return;
    mkdirSync(join(this.#host.machineFolder, 'tls'), { recursive: true });
    for (const [name, path] of Object.entries(tls)) copyFileSync(path, join(this.#host.machineFolder, `tls/${name}.pem`));
  }

  #daemonOptions(): string[] {
    const { labels, args } = this.#settings;
    const options = {
      'data-root': `${machineFolder}/data`,
      pidfile: `${machineFolder}/docker.pid`,
      'storage-driver': 'overlay2',
      'cgroup-parent': `/${cgroupOf(this.#host.folder)}`,
      'shutdown-timeout': '5',
      'insecure-registry': this.#subnet,
      // Said explicitly, or a new daemon waits a while before it listens without TLS.
      ...(this.#settings.tls === undefined ? { tls: 'false' } : { tlsverify: 'true', ...tlsFiles }),
    };
    const tcp = this.#settings.socketOnly === true ? [] : [`tcp://${this.address}`];
    const hosts = [`unix://${machineFolder}/docker.sock`, ...tcp];
    return [
      ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
      ...hosts.map((host) => `--host=${host}`),
      ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
      ...args,
    ];
  }

  async #answering(): Promise<void> {
    const deadlineMs = performance.now() + upMaxMs;
    while (!(await this.answers())) {
      if (performance.now() > deadlineMs || !(await this.#host.signal(daemon, '0'))) {
        throw new Error(`engine ${this.name} did not start:\n${this.log.slice(-logTail)}`);
      }
      await sleep(pollMs);
    }
  }

  async #daemonGone(): Promise<void> {
    const deadlineMs = performance.now() + downMaxMs;
    while (await this.#host.signal(daemon, '0')) {
      if (performance.now() > deadlineMs) throw new Error(`engine ${this.name} does not end`);
      await sleep(pollMs);
    }
  }
}
