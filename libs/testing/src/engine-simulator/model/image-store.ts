import { DaemonRefusal } from './daemon-refusal.ts';
import { type Image, withTag } from './image.ts';
import { idFrom } from './seeded-ids.ts';

const shortIdLength = 12;
const pulledBytes = 8_000_000;

/** The images of one daemon. */
export class ImageStore {
  readonly #byId = new Map<string, Image>();

  constructor(images: readonly Image[]) {
    for (const image of images) this.add(image);
  }

  get all(): readonly Image[] {
    return [...this.#byId.values()];
  }

  get count(): number {
    return this.#byId.size;
  }

  add(image: Image): void {
    this.#byId.set(image.id, { ...image, tags: [...image.tags] });
  }

  /** By `name[:tag]`, id or the beginning of one; refuses as a daemon does. */
  get(reference: string): Image {
    const image = this.find(reference);
    if (image === undefined) throw new DaemonRefusal(404, `No such image: ${withTag(reference)}`);
    return image;
  }

  find(reference: string): Image | undefined {
    const known = this.#byId.get(reference) ?? this.#byId.get(`sha256:${reference}`);
    if (known !== undefined) return known;
    const name = withTag(reference);
    for (const image of this.#byId.values()) {
      if (image.tags.includes(name) || image.digests.includes(name)) return image;
      if (reference.length >= shortIdLength && image.id.startsWith(`sha256:${reference}`)) return image;
    }
    return undefined;
  }

  /** The image of this name, made if there is none yet: the same on every daemon. */
  pull(reference: string, nowMs: number): Image {
    const known = this.find(reference);
    if (known !== undefined) return known;
    const name = withTag(reference);
    this.add({
      id: `sha256:${idFrom('pulled', name)}`,
      tags: [name],
      digests: [`${name.replace(/:[^:/]*$/, '')}@sha256:${idFrom('digest', name)}`],
      createdAtMs: nowMs,
      sizeBytes: pulledBytes,
      labels: null,
      command: ['sh'],
      environment: [],
      parent: '',
    });
    return this.get(name);
  }

  tag(image: Image, name: string): void {
    for (const other of this.#byId.values()) other.tags = other.tags.filter((tag) => tag !== name);
    image.tags = [...image.tags, name];
  }

  remove(image: Image): void {
    this.#byId.delete(image.id);
  }
}
