import type { PlacementRequest } from '#contracts';
import type { PlacementOptions } from './placement-options.ts';

/**
 * What requests have in common of which every rule says the same about every engine, as long as that engine does not change: members that no rule
 * reads are left out. `undefined` = a rule looks at more than the engine in question and what occupies it: at other engines, at the ports of the
 * fleet, at images; or the rank is a lot.
 */
export function kindOf(
  request: PlacementRequest,
  { strategy, groupLabels }: Pick<PlacementOptions, 'strategy' | 'groupLabels'>,
): string | undefined {
  const { name: _name, image: _image, swarmId: _id, labels, reschedulePolicies: _policies, ...rules } = request;
  const { affinities, ports, bindings, publishesAll, volumesFrom, links, namespaces, volumes, networks } = rules;
  const beyondTheEngine = [affinities, ports, bindings, volumesFrom, links, namespaces, volumes, networks];
  if (strategy === 'random' || publishesAll || beyondTheEngine.some(({ length }) => length > 0)) return undefined;
  return groupLabels.some((label) => (labels[label] ?? '') !== '') ? undefined : JSON.stringify(rules);
}
