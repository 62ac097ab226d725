/** A row of a batch as JSON has it. */
export type Row = (string | number)[];

/**
 * Makes rows in which a text that comes again is a number: texts are numbered in the order in which they come first. `RowReader` reads them. What a row
 * says is told by its order alone, so an order may grow at its end and not change: by numbers, flags and own texts, which an older reader passes over (a
 * shared text would take a number that it does not count), and read only where the row goes on so far (an older writer's does not).
 */
export class RowWriter {
  readonly #numbers = new Map<string, number>();
  #row: Row = [];

  begin(): Row {
    this.#row = [];
    return this.#row;
  }

  number(value: number): void {
    this.#row.push(value);
  }

  flag(value: boolean): void {
    this.#row.push(value ? 1 : 0);
  }

  /** A text that no other row has: an ID, a name. */
  own(text: string): void {
    this.#row.push(text);
  }

  text(text: string): void {
    const number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, this.#numbers.size);
    this.#row.push(number ?? text);
  }

  pairs(pairs: Readonly<Record<string, string>>): void {
    const entries = Object.entries(pairs);
    this.number(entries.length);
    for (const [key, value] of entries) {
      this.text(key);
      this.text(value);
    }
  }

  /** A value that many rows have alike. */
  json(value: unknown): void {
    this.text(Array.isArray(value) && value.length === 0 ? '[]' : JSON.stringify(value));
  }
}
