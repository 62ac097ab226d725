import { repositoryTest, type TenantPolicy } from '#access';
import { type ContainerFacts, type FactsOf, type ImageFacts, labels, type ObjectKind } from '#contracts';
import { imageRepository } from '#docker-api';
import { predefinedNetworks } from '../fleet-view/lookup/copies.ts';
import type { ViewScope } from '../fleet-view/view-scope.ts';

/** What a tenant may know of (ADR 35): what bears its label, the networks that every engine has from birth, and images of its repositories. */
export class TenantScope implements ViewScope {
  readonly tenant: string;
  readonly #mayUse: (repository: string) => boolean;
  readonly #owns: (repository: string) => boolean;

  constructor(tenant: string, { images }: Pick<TenantPolicy, 'images'>) {
    this.tenant = tenant;
    this.#mayUse = repositoryTest([...images.use, ...images.own]);
    this.#owns = repositoryTest(images.own);
  }

  narrowed<K extends ObjectKind>(kind: K, facts: FactsOf[K]): FactsOf[K] | undefined {
    if (kind === 'image') return this.#narrowedImage(facts as ImageFacts) as FactsOf[K] | undefined;
    if (kind === 'network' && predefinedNetworks.has((facts as FactsOf['network']).name)) return facts;
    return this.#isLabelled(facts) ? facts : undefined;
  }

  /** May it pull, see and run images of this name? False for what is no name. */
  mayUse(reference: string): boolean {
    const repository = imageRepository(reference);
    return repository !== undefined && this.#mayUse(repository);
  }

  /** May it give this name to images, and push under it? */
  ownsName(reference: string): boolean {
    const repository = imageRepository(reference);
    return repository !== undefined && this.#owns(repository);
  }

  /** May it remove the image as such? Of `facts` that are not narrowed: made of its own containers, or with no name but its own. */
  ownsImage(facts: ImageFacts): boolean {
    const names = namesOf(facts);
    return names.length === 0 ? this.#isLabelled(facts) : names.every((name) => this.ownsName(name));
  }

  /** With the names that it may use; others' would tell what they do. A label travels into whatever is built on an image: it counts while there is no name. */
  #narrowedImage(facts: ImageFacts): ImageFacts | undefined {
    const names = namesOf(facts);
    if (names.length === 0) return this.#isLabelled(facts) ? facts : undefined;
    const used = new Set(names.filter((name) => this.mayUse(name)));
    if (used.size === 0) return undefined;
    if (used.size === names.length) return facts;
    const { repoTags, repoDigests } = facts;
    return {
      ...facts,
      repoTags: repoTags.filter((tag) => used.has(tag)),
      repoDigests: repoDigests.filter((digest) => used.has(digest)),
    };
  }

  #isLabelled(facts: Pick<ContainerFacts, 'labels'>): boolean {
    return facts.labels[labels.owner] === this.tenant;
  }
}

function namesOf({ repoTags, repoDigests }: ImageFacts): string[] {
  return [...repoTags, ...repoDigests].filter((reference) => !reference.startsWith('<none>'));
}
