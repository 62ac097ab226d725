import type { ImageFacts } from '#contracts';
import { normaliseImage } from '#docker-api';

/** Index keys of an image: its ID, and every reference in full. `<none>` references name nothing. */
export function imageKeys(facts: ImageFacts): string[] {
  const references = [...facts.repoTags, ...facts.repoDigests].filter((reference) => !reference.startsWith('<none>'));
  return [facts.id, ...references.map(normaliseImage)];
}
