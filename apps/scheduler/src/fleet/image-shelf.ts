import type { ImageFacts } from '#contracts';
import { matchesImageId, normaliseImage } from '#docker-api';
import { CountedSet } from './counted-set.ts';

/** What looks like an id or the beginning of one. */
const hexReference = /^(sha256:)?[0-9a-f]{3,64}$/;

/** Images of one engine, indexed by their names in full, so that "has it this image" costs no walk. */
export class ImageShelf {
  readonly #images = new Map<string, ImageFacts>();
  readonly #names = new CountedSet<string>();

  put(facts: ImageFacts): void {
    this.remove(facts.id);
    this.#images.set(facts.id, facts);
    for (const name of namesOf(facts)) this.#names.add(normaliseImage(name));
  }

  remove(id: string): void {
    const facts = this.#images.get(id);
    if (facts === undefined) return;
    this.#images.delete(id);
    for (const name of namesOf(facts)) this.#names.remove(normaliseImage(name));
  }

  /** By name, tag or digest; by id or its beginning only when no name fits. */
  has(reference: string): boolean {
    if (this.#names.has(normaliseImage(reference))) return true;
    if (this.#images.has(reference)) return true;
    return hexReference.test(reference) && [...this.#images.values()].some((image) => matchesImageId(image, reference));
  }

  /** Ids, tags and repositories, as affinity expressions compare them (spec 5.7). */
  *texts(): Iterable<string> {
    for (const image of this.#images.values()) {
      yield image.id;
      for (const tag of image.repoTags) {
        yield tag;
        yield repositoryOf(tag);
      }
    }
  }
}

function namesOf(facts: ImageFacts): string[] {
  return [...facts.repoTags, ...facts.repoDigests];
}

/** `host:5000/app:1` → `host:5000/app`: the last colon counts when no slash follows. */
function repositoryOf(tag: string): string {
  const colon = tag.lastIndexOf(':');
  return colon > tag.lastIndexOf('/') ? tag.slice(0, colon) : tag;
}
