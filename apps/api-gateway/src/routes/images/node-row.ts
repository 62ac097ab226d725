import type { Progress } from './progress.ts';

/** How work on several engines is told: `Pulling`, `Pull complete`. */
export type Words = { readonly doing: string; readonly done: string; readonly failed: string };

/** Engines refuse images of more than 127 layers; a load may bring several images. Further layers are not counted. */
const layersMax = 4_096;

type Layer = { readonly current: number; readonly total: number; readonly isDone: boolean };

/** Statuses that end a layer's row. */
const ends: ReadonlySet<string> = new Set(['Pull complete', 'Already exists', 'Layer already exists']);
/** Its bytes are here: what follows counts other bytes. */
const arrived: ReadonlySet<string> = new Set(['Verifying Checksum', 'Download complete', 'Extracting', 'Pull complete']);

/**
 * Sums the layers' rows of one engine up to one row named for its node: several engines with a row per layer would outgrow a
 * terminal, whose lines then collide. Lines without a row are not its business.
 */
export class NodeRow {
  readonly #node: string;
  readonly #words: Words;
  readonly #layers = new Map<string, Layer>();
  #told = '';

  constructor(node: string, words: Words) {
    this.#node = node;
    this.#words = words;
  }

  get isShown(): boolean {
    return this.#told !== '';
  }

  /** The node's row after this line of a layer; `undefined` when it looks as before. */
  after(line: Progress): Progress | undefined {
    const { id = '', status = '', progressDetail = {} } = line;
    const known = this.#layers.get(id);
    if (known === undefined && this.#layers.size >= layersMax) return undefined;
    this.#layers.set(id, next(known ?? { current: 0, total: 0, isDone: false }, status, progressDetail));
    const text = this.#text();
    const hasBar = (progressDetail.total ?? 0) > 0 && !arrived.has(status);
    if (text === this.#told && !hasBar) return undefined;
    const isNew = text !== this.#told;
    this.#told = text;
    // Where no terminal is, clients leave out lines with a bar: every new text is told without one.
    return { id: this.#node, status: text, progressDetail: isNew ? {} : this.#bytes() };
  }

  end(): Progress {
    return { id: this.#node, status: this.#words.done, progressDetail: {} };
  }

  failed(message: string): Progress {
    return { id: this.#node, status: `${this.#words.failed}: ${message}`, progressDetail: {} };
  }

  #text(): string {
    const layers = [...this.#layers.values()];
    return `${this.#words.doing} ${layers.filter(({ isDone }) => isDone).length}/${layers.length} layers`;
  }

  #bytes(): { current: number; total: number } {
    let [current, total] = [0, 0];
    for (const layer of this.#layers.values()) {
      current += layer.current;
      total += layer.total;
    }
    return { current, total };
  }
}

function next(layer: Layer, status: string, { current = 0, total = 0 }: { current?: number; total?: number }): Layer {
  if (arrived.has(status)) return { current: layer.total, total: layer.total, isDone: layer.isDone || ends.has(status) };
  if (ends.has(status)) return { ...layer, isDone: true };
  if (total === 0) return layer;
  return { current: Math.min(current, total), total, isDone: status.startsWith('Loading') && current >= total };
}
