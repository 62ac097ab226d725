/** Work that several ask for at once is done once, while anybody still waits for it. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** Joins the work of this key, or begins it. Rejects with the reason of `signal`; the last who leaves aborts the work. */
  async join(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#begin(key, work);
    flight.waiting += 1;
    const left = Promise.withResolvers<never>();
    const onAbort = () => left.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([flight.result, left.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      flight.waiting -= 1;
      if (flight.waiting === 0) this.#end(key, flight);
    }
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const aborter = new AbortController();
    const flight: Flight<T> = { result: work(aborter.signal), aborter, waiting: 0 };
    // Told to whoever waits; when all have left, to nobody.
    flight.result.catch(() => undefined);
    this.#flights.set(key, flight);
    return flight;
  }

  #end(key: string, flight: Flight<T>): void {
    flight.aborter.abort(new Error('nobody waits for it any more'));
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

type Flight<T> = { readonly result: Promise<T>; readonly aborter: AbortController; waiting: number };
