import type { ObjectKind } from '#contracts';

/** Objects complained of at a time; an engine with more of them is broken as a whole. */
const rememberedMax = 1_000;

export type WarnOfOdd = (kind: ObjectKind, id: string, reason: string) => void;

/** Says once of each object that something is odd about it, and again only after it was in order or when the reason is another. */
export class OddRows {
  readonly #said = new Map<string, string>();
  readonly #warn: WarnOfOdd;

  constructor(warn: WarnOfOdd) {
    this.#warn = warn;
  }

  /** `id` is empty when the row names none: then the reason tells rows apart. */
  note(kind: ObjectKind, id: string, reason: string): void {
    const key = `${kind} ${id === '' ? reason : id}`;
    if (this.#said.get(key) === reason) return;
    if (this.#said.size >= rememberedMax) this.#said.delete(this.#said.keys().next().value ?? key);
    this.#said.set(key, reason);
    this.#warn(kind, id, reason);
  }

  inOrder(kind: ObjectKind, id: string): void {
    this.#said.delete(`${kind} ${id}`);
  }

  /** For one listing: `onOdd` hears of its odd rows, `settle` names all rows, those in order being forgiven. */
  listing(kind: ObjectKind): {
    readonly onOdd: (id: string, reason: string) => void;
    readonly settle: (ids: Iterable<string>) => void;
  } {
    const odd = new Set<string>();
    return {
      onOdd: (id, reason) => {
        odd.add(id);
        this.note(kind, id, reason);
      },
      settle: (ids) => {
        for (const id of ids) if (!odd.has(id)) this.inOrder(kind, id);
      },
    };
  }
}
