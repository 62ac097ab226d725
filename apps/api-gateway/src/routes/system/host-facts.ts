import { arch, hostname, platform, release } from 'node:os';

/** The machine that the gateway runs on, in Docker's words. */
export type HostFacts = {
  readonly name: string;
  readonly osType: string;
  /** As `/info` spells it, e.g. `x86_64`. */
  readonly architecture: string;
  /** As `/version` spells it, e.g. `amd64`. */
  readonly goArch: string;
  readonly kernelVersion: string;
};

const architectures: Readonly<Record<string, { info: string; go: string }>> = {
  x64: { info: 'x86_64', go: 'amd64' },
  arm64: { info: 'aarch64', go: 'arm64' },
  arm: { info: 'armv7l', go: 'arm' },
};

export function readHostFacts(): HostFacts {
  const names = architectures[arch()] ?? { info: arch(), go: arch() };
  return {
    name: hostname(),
    osType: platform(),
    architecture: names.info,
    goArch: names.go,
    kernelVersion: release(),
  };
}
