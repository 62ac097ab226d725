import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressIn, type BedNetwork, type Cable, plugIn, switchCable, unplug } from './bed-network.ts';
import { removeCgroups, thawCgroups } from './cgroups.ts';
import { command } from './command.ts';
import { hostScript, machineFolder } from './host-script.ts';
import { hasEnded, isAlive, type OwnedProcess, signalOwned } from './owned-process.ts';

export type HostOptions = {
  readonly name: string;
  /** Last part of its address, 2 to 254. */
  readonly number: number;
  readonly rootFolder: string;
  readonly folder: string;
  readonly network: BedNetwork;
  /** True = the kernel ends the host when the process that switched it on ends, however that happens. */
  readonly diesWithUs: boolean;
};

const namespaces = ['--net', '--uts', '--ipc', '--mount', '--pid'] as const;
const switchOnMaxMs = 10_000;
const switchOffMaxMs = 10_000;
const pollMs = 10;
const logTail = 2_000;

/** `0` asks whether it runs. */
export type ProgramSignal = 'KILL' | 'TERM' | 'STOP' | 'CONT' | '0';

/** A machine of the testbed: own network, UTS, IPC, mount and pid namespace, own writable root, one cable into the bed's bridge. */
export class Host {
  readonly name: string;
  readonly ip: string;
  readonly folder: string;
  readonly cable: Cable;
  readonly #options: HostOptions;

  constructor(options: HostOptions) {
    this.#options = options;
    this.name = options.name;
    this.folder = options.folder;
    this.ip = addressIn(options.network, options.number);
    this.cable = { veth: `bal${options.network.number}n${options.number}`, ip: this.ip };
  }

  get isOn(): boolean {
    const init = initOf(this.folder);
    return init !== undefined && isAlive(init);
  }

  /** Its folder as the machine sees it; inside it is /machine. */
  get machineFolder(): string {
    return join(this.folder, 'machine');
  }

  async switchOn(): Promise<void> {
    const { rootFolder, network, diesWithUs } = this.#options;
    for (const part of ['root', 'upper', 'work', 'machine']) mkdirSync(join(this.folder, part), { recursive: true });
    for (const stale of ['init.stat', 'machine/ready']) rmSync(join(this.folder, stale), { force: true });
    const script = hostScript({ name: this.name, rootFolder, folder: this.folder });
    const unshare = ['unshare', ...namespaces, '--fork', '--kill-child', 'sh', '-c', script];
    const tied = diesWithUs ? ['setpriv', '--pdeathsig', 'KILL', ...unshare] : unshare;
    const child = detached(tied, join(this.folder, 'init.log'));
    const deadlineMs = performance.now() + switchOnMaxMs;
    while (!existsSync(join(this.machineFolder, 'ready'))) {
      if (child.exitCode !== null || performance.now() > deadlineMs) {
        throw new Error(
          `host ${this.name} did not start: ${readFileSync(join(this.folder, 'init.log'), 'utf8').slice(-logTail)}`,
        );
      }
      await sleep(pollMs);
    }
    await plugIn(network, this.cable, this.#init().pid);
    const setUp = `ip link set lo up; ip addr add ${this.ip}/24 dev eth0; ip link set eth0 up; ip route add default via ${network.gateway}`;
    await this.run(setUp);
  }

  /** As if its power failed: every process in it is killed at once, what is on its disk stays. */
  async switchOff(): Promise<void> {
    const init = initOf(this.folder);
    if (init === undefined) return;
    signalOwned(init, 'SIGKILL');
    // After the kill, so that what was paused does not run again.
    thawCgroups(cgroupOf(this.folder));
    if (!(await hasEnded(init, switchOffMaxMs))) throw new Error(`host ${this.name} (pid ${init.pid}) does not end`);
    await unplug(this.cable);
  }

  /** Runs a shell script inside; resolves with its stdout. */
  run(script: string): Promise<string> {
    return command('nsenter', [...this.#inside(), 'sh', '-c', script]);
  }

  /**
   * Starts a program inside that outlives this process; its output goes to `<name>.log` of the machine's folder.
   * It becomes a child of the host's first process: under nsenter it would not be reaped once it had been stopped.
   */
  async start(name: string, program: readonly string[]): Promise<void> {
    const script = `cd ${machineFolder}; setsid "$@" >> ${name}.log 2>&1 < /dev/null & echo $! > ${machineFolder}/${name}.pid`;
    await command('nsenter', [...this.#inside(), 'sh', '-c', script, 'sh', ...program]);
  }

  /** A program and its arguments, to be spawned by this process with this machine's files but on the host's network and under its name. */
  onNetwork(program: readonly string[]): [string, ...string[]] {
    return ['nsenter', '--target', String(this.#init().pid), '--net', '--uts', ...program];
  }

  /** Signals what was started under this name; false when it has ended. The host's pid namespace keeps it from meaning any other process. */
  async signal(name: string, signal: ProgramSignal): Promise<boolean> {
    const pidFile = `${machineFolder}/${name}.pid`;
    const answer = await this.run(`kill -${signal} "$(cat ${pidFile})" 2>/dev/null && echo sent || echo gone`);
    return answer.trim() === 'sent';
  }

  /** What the program of this name has written so far. */
  log(name: string): string {
    const file = join(this.machineFolder, `${name}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Takes the host off the network while it runs on. */
  cut(): Promise<void> {
    return switchCable(this.cable, 'down');
  }

  heal(): Promise<void> {
    return switchCable(this.cable, 'up');
  }

  async remove(): Promise<void> {
    await this.switchOff();
    removeCgroups(cgroupOf(this.folder));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #inside(): string[] {
    return ['--target', String(this.#init().pid), ...namespaces, '--root', '--wd=/'];
  }

  #init(): OwnedProcess {
    const init = initOf(this.folder);
    if (init === undefined || !isAlive(init)) throw new Error(`host ${this.name} is switched off`);
    return init;
  }
}

/** The cgroup that an engine puts its containers under, unique on the machine. */
export function cgroupOf(folder: string): string {
  return `baleen${folder.replaceAll(/[^A-Za-z0-9]+/g, '-')}`;
}

/** The first process of the host in this folder, as it recorded itself: a line of /proc/self/stat. */
function initOf(folder: string): OwnedProcess | undefined {
  const file = join(folder, 'init.stat');
  if (!existsSync(file)) return undefined;
  const fields = readFileSync(file, 'utf8').split(' ');
  const startTime = fields[21];
  return startTime === undefined ? undefined : { pid: Number(fields[0]), startTime };
}

function detached(words: readonly string[], logFile: string): ChildProcess {
  const [program, ...args] = words as [string, ...string[]];
  const log = openSync(logFile, 'a');
  try {
    const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log] });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}
