import type { TenantPolicy } from '#access';
import type { Fleet } from '../fleet.ts';
import { ScopedFollower } from '../fleet-view/scoped-follower.ts';
import type { Route } from '../http/router.ts';
import type { TenantCase } from './judges/judge.ts';
import { QuotaHolds } from './judges/quota-holds.ts';
import { TenantScope } from './tenant-scope.ts';

export type RoutesOf = (fleet: Fleet) => readonly Route[];

/** A tenant of the policy in force: its view, and the whole table of routes over that view, so that no route can know of more. */
export class TenantDesk {
  readonly policy: TenantPolicy;
  readonly #scope: TenantScope;
  readonly #follower: ScopedFollower;
  readonly #whole: Fleet;
  readonly #holds = new QuotaHolds();
  readonly #routes: ReadonlyMap<string, Route>;

  constructor(name: string, policy: TenantPolicy, whole: Fleet, routesOf: RoutesOf) {
    this.policy = policy;
    this.#whole = whole;
    this.#scope = new TenantScope(name, policy);
    this.#follower = new ScopedFollower(whole.follower, this.#scope);
    const routes = routesOf({ ...whole, follower: this.#follower, scope: this.#scope });
    // Of two rows of one path the first serves, as in the router.
    this.#routes = new Map([...routes].reverse().map((route) => [keyOf(route), route]));
  }

  /** The row of the tenant's own table for one of everybody's. */
  route(route: Route): Route {
    const own = this.#routes.get(keyOf(route));
    if (own === undefined) throw new Error(`the table of a tenant lacks ${keyOf(route)}`);
    return own;
  }

  /** As of now. */
  get case(): TenantCase {
    const { view } = this.#whole.follower;
    return { policy: this.policy, scope: this.#scope, own: this.#follower.view, whole: view, holds: this.#holds };
  }

  retire(): void {
    this.#follower.retire();
  }
}

function keyOf({ method, path }: Route): string {
  return `${method} ${path}`;
}
