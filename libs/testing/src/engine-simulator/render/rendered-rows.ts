export type RenderedRow = { readonly bytes: Buffer; readonly untilMs: number };

/** Rows of a list, kept while nothing that they say has changed: of a hundred containers some have another status every second. */
export class RenderedRows {
  readonly #kept = new Map<string, RenderedRow>();
  #revision = 0;

  /** `render` is asked again once the revision is another, or the time it named has come. */
  row(id: string, revision: number, nowMs: number, render: () => RenderedRow): Buffer {
    if (revision !== this.#revision) this.#kept.clear();
    this.#revision = revision;
    const kept = this.#kept.get(id);
    if (kept !== undefined && nowMs < kept.untilMs) return kept.bytes;
    const rendered = render();
    this.#kept.set(id, rendered);
    return rendered.bytes;
  }
}
