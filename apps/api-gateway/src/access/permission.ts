import type { TenantPolicy } from '#access';
import { BaleenError } from '#contracts';
import type { AccessRule } from './access-rule.ts';
import type { Identity } from './identity-book.ts';
import { refused } from './judges/judge.ts';

/**
 * Why a route is not for this identity, as far as the route alone says; `undefined` = it is. `tenant`: the row of the identity's tenant.
 * Asked before a request is served, again of those under way when the policy changes, and by pages that show only what may be done.
 */
export function accessRefusal(
  { needs, tenants }: AccessRule,
  { name, role, privileges }: Identity,
  tenant: Pick<TenantPolicy, 'sharedBuilders'> | undefined,
): BaleenError | undefined {
  if (needs !== 'nothing' && !privileges.has(needs)) return refused(`${name} (${role}) lacks the privilege ${needs}`);
  if (tenant === undefined || tenants === 'own' || (tenants === 'shared-builders' && tenant.sharedBuilders)) return undefined;
  if (tenants === 'hidden') return new BaleenError('request/not-found', 'No such object');
  if (tenants === 'shared-builders') return refused('builders, which tenants share', 'sharedBuilders');
  return new BaleenError('access/refused', 'the policy refuses this to tenants: it concerns more than what is theirs');
}
