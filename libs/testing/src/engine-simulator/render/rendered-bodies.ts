type Rendered = { readonly revision: number; readonly untilMs: number; readonly body: string | Buffer };

/** Bodies of lists (long ones as bytes, which are kept outside the heap; short ones are sent faster as texts), kept while nothing that they say has changed. */
export class RenderedBodies {
  readonly #kept = new Map<string, Rendered>();

  /** `render` is asked again once the revision is another, or the time it named has come. */
  body(
    name: string,
    revision: number,
    nowMs: number,
    render: () => { readonly body: string | Buffer; readonly untilMs: number },
  ): string | Buffer {
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.revision === revision && nowMs < kept.untilMs) return kept.body;
    const { body, untilMs } = render();
    this.#kept.set(name, { revision, untilMs, body });
    return body;
  }
}
