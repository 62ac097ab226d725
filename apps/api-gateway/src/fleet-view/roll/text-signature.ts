/** A block's names have some 800 runs of three letters and 1,600 of six: most bits stay unset. */
const bits = 1 << 14;
/** Long runs tell names apart that are alike in all short ones, as `web-1-17` and `web-17-1` are. */
const longRun = 6;
const shortRun = 3;

/** Tells whether a text is in one of some texts; mostly, when it is not, without looking at them. */
export class TextSignature {
  readonly #words = new Uint32Array(bits / 32);
  readonly #joined: string;

  /** No text has a line feed in it. */
  constructor(texts: readonly string[]) {
    this.#joined = texts.join('\n');
    for (const text of texts) {
      for (const length of [shortRun, longRun]) {
        for (const bit of bitsOf(text, length)) this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
      }
    }
  }

  /** `runs` are the `runsOf` the text, which one asks for once for many signatures. */
  contains(text: string, runs: readonly number[]): boolean {
    return runs.every((bit) => ((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0) && this.#joined.includes(text);
  }
}

/** What a signature must have of a text that is in one of its own. */
export function runsOf(text: string): readonly number[] {
  return bitsOf(text, text.length < longRun ? shortRun : longRun);
}

function bitsOf(text: string, length: number): number[] {
  const found: number[] = [];
  for (let at = 0; at + length <= text.length; at++) {
    let hash = 0;
    for (let next = at; next < at + length; next++) hash = Math.imul(hash ^ text.charCodeAt(next), 0x9e3779b1) + 0x7f4a7c15;
    found.push((hash >>> 17) & (bits - 1));
  }
  return found;
}
