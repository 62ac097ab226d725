import type { ContainerLimits, Quotas, TenantPolicy } from '#access';
import { BaleenError } from '#contracts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { TenantScope } from '../tenant-scope.ts';

/** A request as a judge reads it. */
export type Asked = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The very bytes that go to the engine, and what they say; empty and `undefined` for a request without a body. */
  readonly bytes: Buffer;
  readonly body: unknown;
};

/** For whom it is judged. */
export type TenantCase = {
  readonly policy: TenantPolicy;
  readonly scope: TenantScope;
  /** What the tenant may know of, and all there is. */
  readonly own: FleetView;
  readonly whole: FleetView;
};

/** What goes on instead of what was asked; a member that is absent stays as it is. */
export type Amended = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: URLSearchParams;
  readonly bytes?: Buffer;
};

/** Decides on a request of a tenant. Throws access/refused with the reason, request/not-found for what the tenant does not have. */
export type Judge = (asked: Asked, by: TenantCase) => Amended;

/** What of a tenant's row in the policy decides. */
export type PolicyKey =
  | `containers.${keyof ContainerLimits}`
  | `quotas.${keyof Quotas}`
  | 'images.own'
  | 'images.use'
  | 'sharedBuilders';

/** `key` tells whoever is refused what to ask for; it says nothing of what the policy holds there. */
export function refused(reason: string, key?: PolicyKey): BaleenError {
  const by = key === undefined ? '' : ` (tenant’s ${key})`;
  return new BaleenError('access/refused', `the policy refuses this: ${reason}${by}`);
}
