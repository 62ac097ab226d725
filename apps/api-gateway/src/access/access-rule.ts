import type { Privilege } from '#access';
import type { JudgeName } from './judges/judge-name.ts';

/**
 * Who may use a route: a part of every row of the table. What a tenant names in the path, and what lists show it, is looked up in the
 * tenant's own view and needs no word here.
 */
export type AccessRule = {
  /** `nothing`: whoever the listener lets in. */
  readonly needs: Privilege | 'nothing';
  /**
   * Of identities of tenants: those that have the privilege, none at all, none and as if there were no such thing (where `docker inspect` goes on
   * to the next kind), or those whose tenant may use builders that it shares with others.
   */
  readonly tenants: 'own' | 'refused' | 'hidden' | 'shared-builders';
  /** What is decided by more than the privilege, from the query and from the body, which is read and must be unambiguous JSON. */
  readonly judge?: JudgeName;
};

/** For whoever the listener lets in, with a policy too: it shows nothing of the fleet. */
export const open: AccessRule = { needs: 'nothing', tenants: 'own' };

export function needs(privilege: Privilege, more: Partial<Omit<AccessRule, 'needs'>> = {}): AccessRule {
  return { needs: privilege, tenants: 'own', ...more };
}
