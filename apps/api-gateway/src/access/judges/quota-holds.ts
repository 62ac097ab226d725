/** What counts against quotas. */
export type Usage = {
  readonly containers: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly publishedPorts: number;
  readonly networks: number;
  readonly volumes: number;
};

export const noUsage: Usage = { containers: 0, memoryBytes: 0, cpus: 0, publishedPorts: 0, networks: 0, volumes: 0 };

export function addUsage(left: Usage, right: Usage): Usage {
  return {
    containers: left.containers + right.containers,
    memoryBytes: left.memoryBytes + right.memoryBytes,
    cpus: left.cpus + right.cpus,
    publishedPorts: left.publishedPorts + right.publishedPorts,
    networks: left.networks + right.networks,
    volumes: left.volumes + right.volumes,
  };
}

/** What requests under way at this gateway will have used, so that many at a time cannot pass a quota together. */
export class QuotaHolds {
  readonly #held = new Set<Usage>();

  get sum(): Usage {
    return [...this.#held].reduce(addUsage, noUsage);
  }

  /** Until the returned function is called. */
  hold(usage: Usage): () => void {
    const own = { ...usage };
    this.#held.add(own);
    return () => this.#held.delete(own);
  }
}
