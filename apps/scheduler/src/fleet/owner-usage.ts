import { type ContainerFacts, claimedPorts, type OwnerQuota, type ReservationRecord } from '#contracts';

/** What counts against quotas. */
export type Usage = Readonly<Record<keyof Omit<OwnerQuota, 'owner'>, number>>;

const nothing: Usage = { containers: 0, memoryBytes: 0, cpus: 0, publishedPorts: 0, networks: 0, volumes: 0 };
const nanoCpusPerCpu = 1e9;

/** What each tenant has in the whole fleet and is just getting, kept up with every change: a decision sums up nothing. */
export class OwnerUsage {
  readonly #held = new Map<string, { readonly owner: string; readonly usage: Usage }>();
  readonly #sums = new Map<string, Usage>();

  of(owner: string): Usage {
    return this.#sums.get(owner) ?? nothing;
  }

  /** In the place of what was under this key. What is nobody's has no business here. */
  put(key: string, owner: string, usage: Partial<Usage>): void {
    this.remove(key);
    const whole = { ...nothing, ...usage };
    this.#held.set(key, { owner, usage: whole });
    this.#sums.set(owner, sum(this.of(owner), whole, 1));
  }

  remove(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#sums.set(held.owner, sum(this.of(held.owner), held.usage, -1));
  }

  clear(): void {
    this.#held.clear();
    this.#sums.clear();
  }
}

export function usageOfContainer(facts: ContainerFacts): Partial<Usage> {
  const { memoryBytes, nanoCpus } = facts.resources;
  const ports = new Set(claimedPorts(facts).map(({ hostPort, protocol }) => `${hostPort}/${protocol}`));
  return { containers: 1, memoryBytes, cpus: nanoCpus / nanoCpusPerCpu, publishedPorts: ports.size };
}

/** What a request of this kind will take. `before`: the container that is resized. */
export function usageOfRequest(
  { kind, request }: Pick<ReservationRecord, 'kind' | 'request'>,
  before?: ContainerFacts,
): Partial<Usage> {
  const { memoryBytes, nanoCpus, bindings } = request;
  const now = before?.resources;
  switch (kind) {
    case 'create':
      return { containers: 1, memoryBytes, cpus: nanoCpus / nanoCpusPerCpu, publishedPorts: bindings.length };
    case 'resize':
      return {
        memoryBytes: Math.max(0, memoryBytes - (now?.memoryBytes ?? 0)),
        cpus: Math.max(0, nanoCpus - (now?.nanoCpus ?? 0)) / nanoCpusPerCpu,
      };
    case 'network':
      return { networks: 1 };
    case 'volume':
      return { volumes: 1 };
    case 'rename':
    case 'move':
      return {};
  }
}

function sum(left: Usage, right: Usage, sign: 1 | -1): Usage {
  const names = Object.keys(nothing) as (keyof Usage)[];
  return Object.fromEntries(names.map((name) => [name, rounded(left[name] + sign * right[name])])) as Usage;
}

/** CPUs are given in parts of a thousand millionth: what adding fractions leaves behind that is no figure of anybody's. */
function rounded(value: number): number {
  return Math.round(value * nanoCpusPerCpu) / nanoCpusPerCpu;
}
