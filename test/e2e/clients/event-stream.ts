export type ToldEvent = { readonly Type: string; readonly Action: string; readonly Actor: { readonly ID: string } };

/** The live events of one host (`http://address`), in the order in which they came. */
export class EventStream {
  readonly #aborter: AbortController;
  readonly #lines: AsyncGenerator<ToldEvent>;

  private constructor(response: Response, aborter: AbortController) {
    this.#aborter = aborter;
    this.#lines = eventsOf(response);
  }

  static async open(url: string): Promise<EventStream> {
    const aborter = new AbortController();
    return new EventStream(await fetch(`${url}/events`, { signal: aborter.signal }), aborter);
  }

  /** The next event of this kind; those before it are passed over. Rejects where the stream ends. */
  async next(type: string, action: string): Promise<ToldEvent> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`the events ended before ${type} ${action}`);
      if (value.Type === type && value.Action === action) return value;
    }
  }

  close(): void {
    this.#aborter.abort();
  }
}

async function* eventsOf(response: Response): AsyncGenerator<ToldEvent> {
  let rest = '';
  for await (const chunk of response.body ?? []) {
    const lines = (rest + Buffer.from(chunk).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as ToldEvent;
  }
}
