import type { Dispatcher } from 'undici';

export type WholeAnswerParts = {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Buffer;
};

/** Takes in one answer as undici reads it: a stream for it would cost more than the request itself. */
export class WholeAnswer implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number;
  readonly #tooLarge: () => Error;
  readonly #outcome = Promise.withResolvers<WholeAnswerParts>();
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #headers: WholeAnswerParts['headers'] = {};
  #controller: Dispatcher.DispatchController | undefined;
  #abortedFor: Error | undefined;

  /** `tooLarge` makes the failure of an answer whose body is longer than `maxBytes`. */
  constructor(maxBytes: number, tooLarge: () => Error) {
    this.#maxBytes = maxBytes;
    this.#tooLarge = tooLarge;
  }

  /** Rejects with the reason of an abort, or with what undici says. */
  get complete(): Promise<WholeAnswerParts> {
    return this.#outcome.promise;
  }

  /** Ends it at once; undici would first wait for a connection that is being made, which takes seconds when the engine is cut off. */
  abort(reason: Error): void {
    this.#abortedFor = reason;
    this.#outcome.reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortedFor !== undefined) controller.abort(this.#abortedFor);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: WholeAnswerParts['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.abort(this.#tooLarge());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const body = this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks, this.#size);
    this.#outcome.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#outcome.reject(error);
  }
}
