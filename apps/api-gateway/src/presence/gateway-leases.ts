import type { LogEntry } from '#cluster-log';
import { parseRecordSubject, subjects, token } from '#contracts';

const leases = subjects.lease('');

/** What a gateway holds its lease of. */
export const gatewayLease = (gateway: string): string => `gateway.${token(gateway)}`;
export const gatewayLeases = subjects.lease('gateway.*');
export const isGatewayLease = (subject: string): boolean => gatewayOf(subject) !== undefined;

/** The leases of all gateways, as a fold of the log at the very place where the view is. */
export class GatewayLeases {
  readonly #self: string;
  readonly #others = new Set<string>();
  #own: number | undefined;

  constructor(self: string) {
    this.#self = self;
  }

  /** Sequence of this gateway's own lease as it was last written; `undefined` = it is not in the log. */
  get own(): number | undefined {
    return this.#own;
  }

  /** Ids of the other gateways. */
  get others(): ReadonlySet<string> {
    return this.#others;
  }

  apply({ subject, sequence, payload }: LogEntry): void {
    const gateway = gatewayOf(subject);
    if (gateway === undefined) return;
    if (gateway === this.#self) this.#own = payload === undefined ? undefined : sequence;
    else if (payload === undefined) this.#others.delete(gateway);
    else this.#others.add(gateway);
  }

  /** The log was made anew. */
  reset(): void {
    this.#own = undefined;
    this.#others.clear();
  }
}

/** The gateway whose lease this is; whatever else the log tells passes here, too, so that its family is looked at first. */
function gatewayOf(subject: string): string | undefined {
  const lease = subject.startsWith(leases) ? parseRecordSubject(subject) : undefined;
  return lease?.type === 'presence' ? lease.gateway : undefined;
}
