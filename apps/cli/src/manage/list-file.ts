import { accessSync, constants, readFileSync } from 'node:fs';
import { listFileFailure, listProblems } from '#discovery-sources';
import { readDiscovery } from '../flags/discovery-flags.ts';
import type { ManageSettings } from '../flags/manage-flags.ts';

type Listing = Pick<ManageSettings, 'discovery' | 'discoveryOpts'>;

/** Why the file of `file://` cannot be read now; `undefined` = it can be, or the list is elsewhere. */
export function listFileProblem(given: Listing): string | undefined {
  return ofListFile(given, (path) => accessSync(path, constants.R_OK))[0];
}

/** The same, and what is wrong with its lines: it is read, so that a pipe is empty then. */
export function listFileProblems(given: Listing): string[] {
  return ofListFile(given, (path) => listProblems(path, readFileSync(path, 'utf8')));
}

function ofListFile({ discovery, discoveryOpts }: Listing, look: (path: string) => string[] | void): string[] {
  const argument = readDiscovery(discovery, discoveryOpts);
  if (argument.kind !== 'file') return [];
  try {
    return look(argument.path) ?? [];
  } catch (error) {
    return [listFileFailure(argument.path, error).message];
  }
}
