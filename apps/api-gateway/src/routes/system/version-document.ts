import type { VersionWindow } from '#docker-api';
import type { HostFacts } from './host-facts.ts';

/** `GET /version`: the fleet's API window in the body, as the ping has it in a header (clients read either). */
export function versionDocument(version: string, { max, min }: VersionWindow, host: HostFacts): Record<string, unknown> {
  const facts = { ApiVersion: max, MinAPIVersion: min, Os: host.osType, Arch: host.goArch, KernelVersion: host.kernelVersion };
  const runtime = process.versions.node;
  return {
    Platform: { Name: 'Baleen' },
    Components: [
      {
        Name: 'Engine',
        Version: `baleen/${version}`,
        Details: { ...facts, GoVersion: `node${runtime}`, Experimental: 'false', GitCommit: '', BuildTime: '' },
      },
    ],
    Version: `baleen/${version}`,
    ...facts,
    GitCommit: '',
    GoVersion: `node${runtime}`,
    BuildTime: '',
  };
}
