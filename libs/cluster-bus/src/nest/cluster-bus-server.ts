import { BaseRpcContext, type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { ClusterBus } from '../bus.ts';
import type { Served } from '../commands.ts';

/** The second argument of a `@MessagePattern` handler (`@Ctx()`). */
export class BusContext extends BaseRpcContext<[string, number]> {
  /** Relative subject of the request. */
  get subject(): string {
    return this.getArgByIndex(0);
  }

  /** ms the caller still waited when the request arrived. */
  get deadlineMs(): number {
    return this.getArgByIndex(1);
  }
}

/**
 * Nest's transport over the bus: `@MessagePattern('cmd.scheduler.place')` in a controller serves that subject.
 * `listen` subscribes nothing: `open` and `shut` do, so that an app serves only while it leads.
 * Use `KeepErrorCode` as global exception filter, or Nest flattens every failure to "Internal server error".
 */
export class ClusterBusServer extends Server implements CustomTransportStrategy {
  readonly #bus: ClusterBus;
  #served: Promise<Served>[] = [];
  #opening = false;

  constructor(bus: ClusterBus) {
    super();
    this.#bus = bus;
  }

  listen(callback: () => void): void {
    callback();
  }

  /** Serves every declared pattern; resolves once requests reach it. Idempotent. */
  async open(): Promise<void> {
    if (!this.#opening) {
      this.#opening = true;
      this.#served = [...this.messageHandlers].map(([pattern, handler]) => this.#serve(pattern, handler));
    }
    await Promise.all(this.#served);
  }

  /** Serves no more; resolves when what was in flight has been answered. Idempotent. */
  async shut(): Promise<void> {
    const served = this.#served;
    this.#served = [];
    this.#opening = false;
    await Promise.all(served.map(async (one) => (await one).stop()));
  }

  async close(): Promise<void> {
    await this.shut();
  }

  on(): never {
    throw new Error('the bus has no transport events; use onConnectionChange');
  }

  unwrap<T>(): T {
    return this.#bus as T;
  }

  #serve(pattern: string, handler: MessageHandler): Promise<Served> {
    return this.#bus.serve(pattern, async (payload, { subject, deadlineMs }) => {
      const result: unknown = await handler(payload, new BusContext([subject, deadlineMs]));
      return isObservable(result) ? lastValueFrom(result, { defaultValue: null }) : result;
    });
  }
}
