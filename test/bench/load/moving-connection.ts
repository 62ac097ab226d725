import { type Answer, HttpConnection } from './http-connection.ts';

/** A connection to one of several gateways; the next request after a break goes to the next one. */
export class MovingConnection {
  readonly #addresses: readonly string[];
  #at: number;
  #open: HttpConnection | undefined;

  constructor(addresses: readonly string[], at = 0) {
    this.#addresses = addresses;
    this.#at = at;
  }

  /** With the body of the answer, if it is a short one. Rejects when the connection breaks. */
  async ask(request: string, keepsBody = true): Promise<Answer> {
    try {
      this.#open ??= await HttpConnection.open(this.#addresses[this.#at % this.#addresses.length] ?? '');
      return await this.#open.ask(request, keepsBody);
    } catch (error) {
      this.close();
      this.#at += 1;
      throw error;
    }
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }
}
