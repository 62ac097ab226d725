import type { MaskedText } from './masked-text.ts';

/**
 * Which id of one host is which of the other, over a whole scenario: the first meeting pairs two, and from then on they go together.
 * So an answer that names another object than the bare engine's is a difference although all ids look alike.
 */
export class Pairing {
  readonly #toRight = new Map<string, string>();
  readonly #toLeft = new Map<string, string>();

  /** False when the texts have different shapes or name different objects. */
  pairs(left: MaskedText, right: MaskedText): boolean {
    if (left.shape !== right.shape) return false;
    return left.tokens.every((token, index) => {
      const other = right.tokens[index];
      return token.kind === 'other' || (other !== undefined && this.#pair(token.text, other.text));
    });
  }

  #pair(left: string, right: string): boolean {
    const known = this.#toRight.get(left);
    if (known !== undefined) return known === right;
    if (this.#toLeft.has(right)) return false;
    this.#toRight.set(left, right);
    this.#toLeft.set(right, left);
    return true;
  }
}
