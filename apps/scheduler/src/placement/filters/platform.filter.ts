import { fits, type PlacementFilter } from '../filter.ts';

/** Names one architecture goes by: in `/info`, and in platforms. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv7l: 'arm',
  armhf: 'arm',
  i686: '386',
  i386: '386',
};

/** Rejects engines of another system or architecture than `--platform` names. An engine never tells its variant, so that part is left to it. */
export const platformFilter: PlacementFilter = {
  name: 'platform',
  prepare({ platform }) {
    if (platform === '') return undefined;
    const [os = '', architecture = ''] = platform.split('/');
    return {
      judge({ identity }) {
        if (identity.osType !== os) return `the engine runs ${identity.osType}, not ${os}`;
        const runs = architectures[identity.architecture] ?? identity.architecture;
        return architecture === '' || runs === (architectures[architecture] ?? architecture)
          ? fits
          : `the engine is ${runs}, not ${architecture}`;
      },
      conditions: [`--platform=${platform}`],
    };
  },
};
