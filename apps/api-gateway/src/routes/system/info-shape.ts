import { compareApiVersions } from '#docker-api';

/** The members of `/info` whose form depends on the API version, as engines of that version have them (spec/docker-api.md 5.3). */
export function infoShape(apiVersion: string): Record<string, unknown> {
  const isBelow = (version: string) => compareApiVersions(apiVersion, version) < 0;
  const commit = isBelow('1.49') ? { ID: '', Expected: '' } : { ID: '' };
  return {
    ...(isBelow('1.25') && { ExecutionDriver: '<not supported>' }),
    SecurityOptions: isBelow('1.25') ? ['seccomp'] : ['name=seccomp,profile=builtin'],
    ...(isBelow('1.42') && { KernelMemory: true }),
    ...(isBelow('1.50') && { BridgeNfIptables: true, BridgeNfIp6tables: true }),
    RegistryConfig: {
      ...(isBelow('1.49') && { AllowNondistributableArtifactsCIDRs: [], AllowNondistributableArtifactsHostnames: [] }),
      InsecureRegistryCIDRs: [],
      IndexConfigs: {},
      Mirrors: [],
    },
    ContainerdCommit: commit,
    RuncCommit: commit,
    InitCommit: commit,
  };
}
