import { BaleenError, labels } from '#contracts';
import type { FollowedView } from '../../fleet-view/view-follower.ts';
import type { ViewScope } from '../../fleet-view/view-scope.ts';
import type { FleetEvent } from './fleet-event.ts';

/** Networks and volumes remembered for one client, since an event of their end comes when the view has them no more. */
const rememberedMax = 10_000;

/**
 * Which events are whose (for one client): those of containers and images by the owner's label, which events carry, and images by their names; those
 * of networks and volumes by the view. Events of anything else are of the fleet, and of no tenant.
 */
export function ownEventTest(follower: Pick<FollowedView, 'view'>, scope: ViewScope): (event: FleetEvent) => boolean {
  const known = new Set<string>();
  for (const kind of ['network', 'volume'] as const)
    for (const { facts } of follower.view.objects(kind)) remember(known, `${kind} ${'id' in facts ? facts.id : facts.name}`);
  return ({ Type, Actor }) => {
    const attributes = Actor?.Attributes ?? {};
    const id = Actor?.ID ?? '';
    if (Type === 'container') return attributes[labels.owner] === scope.tenant;
    if (Type === 'image') return showsImage(scope, id, attributes);
    if (Type !== 'network' && Type !== 'volume') return false;
    // Of networks that every engine has from birth, too, only what concerns the own containers.
    if (attributes['container'] !== undefined && !isThere(follower, 'container', attributes['container'])) return false;
    const key = `${Type} ${id}`;
    if (known.has(key)) return true;
    if (!isThere(follower, Type, id)) return false;
    remember(known, key);
    return true;
  };
}

function showsImage(scope: ViewScope, id: string, attributes: Readonly<Record<string, string>>): boolean {
  const name = attributes['name'] ?? '';
  // Of one without a name engines say the ID.
  const repoTags = name === '' || name.startsWith('sha256:') ? [] : [name];
  return (
    scope.narrowed('image', { id, repoTags, repoDigests: [], createdAtMs: 0, sizeBytes: 0, labels: attributes }) !== undefined
  );
}

function isThere(follower: Pick<FollowedView, 'view'>, kind: 'container' | 'network' | 'volume', id: string): boolean {
  try {
    const { view } = follower;
    return (kind === 'container' ? view.containersWithId(id) : view.find(kind, id)).length > 0;
  } catch (error) {
    // The policy that the client was let in by is no more.
    if (error instanceof BaleenError) return false;
    throw error;
  }
}

function remember(known: Set<string>, key: string): void {
  known.add(key);
  const [oldest] = known;
  if (known.size > rememberedMax && oldest !== undefined) known.delete(oldest);
}
