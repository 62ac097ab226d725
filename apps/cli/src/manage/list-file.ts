import { accessSync, constants } from 'node:fs';
import { listFileFailure } from '#discovery-sources';
import { readDiscovery } from '../flags/discovery-flags.ts';
import type { ManageSettings } from '../flags/manage-flags.ts';

/** Why the file of `file://` cannot be read now; `undefined` = it can be, or the list is elsewhere. */
export function listFileProblem({
  discovery,
  discoveryOpts,
}: Pick<ManageSettings, 'discovery' | 'discoveryOpts'>): string | undefined {
  const argument = readDiscovery(discovery, discoveryOpts);
  if (argument.kind !== 'file') return undefined;
  try {
    accessSync(argument.path, constants.R_OK);
    return undefined;
  } catch (error) {
    return listFileFailure(argument.path, error).message;
  }
}
