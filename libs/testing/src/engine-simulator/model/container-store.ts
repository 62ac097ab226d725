import type { Container } from './container.ts';
import { DaemonRefusal } from './daemon-refusal.ts';

/** The containers of one daemon, by id, name and the beginning of an id. */
export class ContainerStore {
  readonly #byId = new Map<string, Container>();
  readonly #byName = new Map<string, Container>();

  /** In the order they were made. */
  get all(): Iterable<Container> {
    return this.#byId.values();
  }

  get count(): number {
    return this.#byId.size;
  }

  add(container: Container): void {
    this.#byId.set(container.id, container);
    this.#byName.set(container.name, container);
  }

  get(reference: string): Container {
    const container = this.find(reference);
    if (container === undefined) throw new DaemonRefusal(404, `No such container: ${reference}`);
    return container;
  }

  find(reference: string): Container | undefined {
    const known = this.#byId.get(reference) ?? this.#byName.get(reference.replace(/^\//, ''));
    if (known !== undefined || !/^[0-9a-f]{1,63}$/.test(reference)) return known;
    for (const container of this.#byId.values()) if (container.id.startsWith(reference)) return container;
    return undefined;
  }

  rename(container: Container, name: string): void {
    this.refuseTaken(name);
    this.#byName.delete(container.name);
    container.name = name;
    container.wasRenamed = true;
    this.#byName.set(name, container);
  }

  remove(container: Container): void {
    this.#byId.delete(container.id);
    this.#byName.delete(container.name);
  }

  refuseTaken(name: string): void {
    const holder = this.#byName.get(name);
    if (holder === undefined) return;
    const message = `Conflict. The container name "/${name}" is already in use by container "${holder.id}". You have to remove (or rename) that container to be able to reuse that name.`;
    throw new DaemonRefusal(409, message);
  }
}
