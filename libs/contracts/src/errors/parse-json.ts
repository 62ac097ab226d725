/**
 * JSON.parse for what others sent. It throws SyntaxError as well, with the place and without the text: V8's own message quotes what it
 * read, which may hold a secret and would travel into answers and logs.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(whatBreaks(text));
  }
}

function whatBreaks(text: string): string {
  const at = new BrokenJson(text).breaksAt();
  return `unexpected ${at < text.length ? 'character' : 'end of JSON input'} at ${placeIn(text, at)}`;
}

/** Where an index of a text is, as editors count. */
export function placeIn(text: string, at: number): string {
  const before = text.slice(0, at);
  return `line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`;
}

const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** A text that JSON.parse refused: reads it again as far as it is JSON. Without recursion, so that no nesting is too deep for it. */
class BrokenJson {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Index of the first character that cannot stand where it stands; the length when the text ends too early. */
  breaksAt(): number {
    /** What closes each object and array that is open. */
    const open: string[] = [];
    while (this.#takesValue(open)) {
      while (open.length > 0 && this.#takes(open.at(-1) ?? '')) open.pop();
      if (open.length === 0) {
        this.#skipSpace();
        break;
      }
      if (!this.#takes(',') || (open.at(-1) === '}' && !this.#takesKey())) break;
    }
    return this.#at;
  }

  /** A whole one, or up to the first that stands in it and is no object or array itself. */
  #takesValue(open: string[]): boolean {
    for (;;) {
      if (this.#takes('{')) {
        open.push('}');
        if (this.#sees('}')) return true;
        if (!this.#takesKey()) return false;
      } else if (this.#takes('[')) {
        open.push(']');
        if (this.#sees(']')) return true;
      } else return this.#takesString() || this.#takesMatch(word);
    }
  }

  #takesKey(): boolean {
    return this.#takesString() && this.#takes(':');
  }

  /** To its closing quote, or as far as it is a string. */
  #takesString(): boolean {
    if (!this.#takes('"')) return false;
    for (;;) {
      const letter = this.#text[this.#at];
      if (letter === undefined || letter < ' ') return false;
      if (letter === '\\') {
        if (!this.#takesMatch(escape)) return false;
        continue;
      }
      this.#at += 1;
      if (letter === '"') return true;
    }
  }

  #takes(letter: string): boolean {
    if (!this.#sees(letter)) return false;
    this.#at += 1;
    return true;
  }

  #sees(letter: string): boolean {
    this.#skipSpace();
    return this.#text[this.#at] === letter;
  }

  #takesMatch(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found !== '';
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}
