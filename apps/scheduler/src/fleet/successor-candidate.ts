import type { Candidate } from '../placement/candidate.ts';
import { composeProject, isServiceInstance, takesPlaceOf } from '../placement/service-instance.ts';
import { EngineCandidate } from './engine-candidate.ts';
import type { EngineLoad } from './engine-load.ts';

/** The engine as it is to a container of these labels: where it takes another's place, what that one has is free. Walks over the containers of engines that may have it. */
export function successorCandidate(load: EngineLoad, labels: Readonly<Record<string, string>>): Candidate | undefined {
  const { candidate, record, usage, options } = load;
  const mayHost =
    isServiceInstance(labels) && (!options.groupLabels.includes(composeProject) || usage.hostsGroup(composeProject, labels));
  if (!mayHost || candidate === undefined || record?.identity === undefined) return candidate;
  const left = usage.without((present) => takesPlaceOf(labels, present.labels));
  if (left === undefined) return candidate;
  const { key, networks, volumes, images, availability, nodeRecord, state } = load;
  const makes = load.makes.bind(load);
  const leaves = load.leaves.bind(load);
  const unused = load.unused.bind(load);
  const rest = { key, networks, volumes, images, options, availability, nodeRecord, state, usage: left, makes, leaves, unused };
  return new EngineCandidate(rest, record, record.identity);
}
