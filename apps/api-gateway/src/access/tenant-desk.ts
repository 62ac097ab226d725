import { isDeepStrictEqual } from 'node:util';
import type { TenantPolicy } from '#access';
import { QuotaScheduler } from '../commands/quota-scheduler.ts';
import type { Fleet } from '../fleet.ts';
import { ScopedFollower } from '../fleet-view/scoped-follower.ts';
import type { Route } from '../http/router.ts';
import type { TenantCase } from './judges/judge.ts';
import { TenantScope } from './tenant-scope.ts';

export type RoutesOf = (fleet: Fleet) => readonly Route[];

/** A tenant of the policy in force: its view, and the whole table of routes over that view, so that no route can know of more. */
export class TenantDesk {
  readonly name: string;
  #policy: TenantPolicy;
  readonly #scope: TenantScope;
  readonly #follower: ScopedFollower;
  readonly #whole: Fleet;
  readonly #retired = new AbortController();
  #routes: ReadonlyMap<string, Route> | undefined;
  readonly #routesOf: RoutesOf;

  constructor(name: string, policy: TenantPolicy, whole: Fleet, routesOf: RoutesOf) {
    this.name = name;
    this.#policy = policy;
    this.#whole = whole;
    this.#routesOf = routesOf;
    this.#scope = new TenantScope(name, policy);
    this.#follower = new ScopedFollower(whole.follower, this.#scope);
  }

  get policy(): TenantPolicy {
    return this.#policy;
  }

  /** Takes the place of its policy what differs in quotas alone, which count from the next request on; false for any other. */
  goesOnWith(policy: TenantPolicy): boolean {
    if (!isDeepStrictEqual({ ...policy, quotas: {} }, { ...this.#policy, quotas: {} })) return false;
    this.#policy = policy;
    return true;
  }

  /** The row of the tenant's own table for one of everybody's. */
  route(route: Route): Route {
    this.#routes ??= this.#table();
    const own = this.#routes.get(keyOf(route));
    if (own === undefined) throw new Error(`the table of a tenant lacks ${keyOf(route)}`);
    return own;
  }

  /** As of now. */
  get case(): TenantCase {
    const { view } = this.#whole.follower;
    return { policy: this.#policy, scope: this.#scope, own: this.#follower.view, whole: view };
  }

  /** What it has under way learns first that its view is no more. */
  retire(): void {
    this.#retired.abort();
    this.#follower.retire();
  }

  #table(): ReadonlyMap<string, Route> {
    const scheduler = new QuotaScheduler(this.#whole.scheduler, () => ({ owner: this.name, ...this.#policy.quotas }));
    const own = { scheduler, follower: this.#follower, scope: this.#scope, retired: this.#retired.signal };
    const routes = this.#routesOf({ ...this.#whole, ...own });
    // Of two rows of one path the first serves, as in the router.
    return new Map([...routes].reverse().map((route) => [keyOf(route), route]));
  }
}

function keyOf({ method, path }: Route): string {
  return `${method} ${path}`;
}
