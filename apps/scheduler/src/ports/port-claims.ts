/** A host port of some address, and who has it. */
export type PortClaim = {
  readonly ip: string;
  /** Key of the engine that the holder lives on. */
  readonly engine: string;
  /** The container's id; empty while it is only reserved. */
  readonly container: string;
  /** Its name; may be empty while it is only reserved. */
  readonly name: string;
};

export type PortHolder = Omit<PortClaim, 'ip'>;
export type HostPort = { readonly ip: string; readonly hostPort: number; readonly protocol: string };

/** Who holds which host port, over all engines: containers in every state, and reservations. Kept up with every change. */
export class PortClaims {
  readonly #byPort = new Map<string, Map<string, readonly PortClaim[]>>();
  readonly #ports = new Map<string, ReadonlySet<string>>();

  /** `key` names the holder; what it held before is dropped. */
  put(key: string, holder: PortHolder, ports: readonly HostPort[]): void {
    this.remove(key);
    if (ports.length === 0) return;
    const names = new Set(ports.map(portName));
    this.#ports.set(key, names);
    for (const name of names) {
      const held = this.#byPort.get(name) ?? new Map<string, readonly PortClaim[]>();
      this.#byPort.set(name, held);
      const { engine, container, name: called } = holder;
      const claims = ports.filter((port) => portName(port) === name).map(({ ip }) => ({ engine, container, name: called, ip }));
      held.set(key, claims);
    }
  }

  remove(key: string): void {
    for (const name of this.#ports.get(key) ?? []) {
      const held = this.#byPort.get(name);
      held?.delete(key);
      if (held?.size === 0) this.#byPort.delete(name);
    }
    this.#ports.delete(key);
  }

  /** All claims of one port, at whatever address. */
  *of(hostPort: number, protocol: string): Iterable<PortClaim> {
    for (const claims of this.#byPort.get(`${hostPort}/${protocol}`)?.values() ?? []) yield* claims;
  }

  clear(): void {
    this.#byPort.clear();
    this.#ports.clear();
  }
}

function portName({ hostPort, protocol }: HostPort): string {
  return `${hostPort}/${protocol}`;
}
