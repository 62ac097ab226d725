import type { Candidate } from '../candidate.ts';
import { fits, type PlacementFilter, type Refusal } from '../filter.ts';

/** Names one architecture goes by: in `/info`, and in platforms. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armv8l: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
  armhf: 'arm',
  armel: 'arm',
  i686: '386',
  i386: '386',
};

/** What a platform of one word may name instead of an architecture. */
const systems: ReadonlySet<string> = new Set(['linux', 'windows', 'freebsd', 'darwin']);

/**
 * Rejects engines of another system or architecture than `--platform` names. An engine never tells its variant, and some do not tell
 * the rest: what is not known is left to the engine. So is what none of the fleet runs: engines also take images that they could only emulate,
 * and ask for such a platform's image where they lack it, so that clients pull it.
 */
export const platformFilter: PlacementFilter = {
  name: 'platform',
  prepare({ platform }, { candidates, withheld }) {
    if (platform === '') return undefined;
    const wanted = read(platform);
    const runs = (candidate: Candidate) => mismatch(candidate, wanted) === fits;
    // One that is not offered runs it as well: what waits for that engine must not go to one that can only emulate it.
    if (!candidates.some(runs) && !withheld().some(runs)) return undefined;
    return { judge: (candidate) => mismatch(candidate, wanted), conditions: [`--platform=${platform}`] };
  },
};

type Platform = { readonly os: string; readonly architecture: string };

function mismatch({ identity }: Candidate, wanted: Platform): Refusal {
  const os = identity.osType.toLowerCase();
  if (wanted.os !== '' && os !== '' && os !== wanted.os) return `the engine runs ${os}, not ${wanted.os}`;
  const runs = plain(identity.architecture);
  return wanted.architecture === '' || runs === '' || runs === wanted.architecture
    ? fits
    : `the engine is ${runs}, not ${wanted.architecture}`;
}

/** `os/arch[/variant]`, `os` or `arch`. */
function read(platform: string): Platform {
  const [first = '', second] = platform.toLowerCase().split('/');
  if (second !== undefined) return { os: first, architecture: plain(second) };
  return systems.has(first) ? { os: first, architecture: '' } : { os: '', architecture: plain(first) };
}

function plain(architecture: string): string {
  const name = architecture.toLowerCase();
  return architectures[name] ?? name;
}
