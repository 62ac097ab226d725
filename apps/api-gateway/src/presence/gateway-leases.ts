import type { LogEntry } from '#cluster-log';
import { subjects, token, untoken } from '#contracts';

const prefix = subjects.lease('gateway.');

/** What a gateway holds its lease of. */
export const gatewayLease = (gateway: string): string => `gateway.${token(gateway)}`;
export const gatewayLeases = `${prefix}*`;
export const isGatewayLease = (subject: string): boolean => subject.startsWith(prefix);

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
    const gateway = untoken(subject.slice(prefix.length));
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
