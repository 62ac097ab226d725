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

  shows<K extends ObjectKind>(kind: K, facts: FactsOf[K]): boolean {
    if (kind === 'image') return this.#showsImage(facts as ImageFacts);
    if (kind === 'network' && predefinedNetworks.has((facts as FactsOf['network']).name)) return true;
    return this.#isLabelled(facts);
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

  /** May it remove the image as such? Made of its own containers, or with no name but its own. */
  ownsImage(facts: ImageFacts): boolean {
    return this.#isLabelled(facts) || (facts.repoTags.length > 0 && facts.repoTags.every((tag) => this.ownsName(tag)));
  }

  #showsImage(facts: ImageFacts): boolean {
    const owner = facts.labels[labels.owner] ?? '';
    if (owner !== '') return owner === this.tenant;
    return [...facts.repoTags, ...facts.repoDigests].some((reference) => this.mayUse(reference));
  }

  #isLabelled(facts: Pick<ContainerFacts, 'labels'>): boolean {
    return facts.labels[labels.owner] === this.tenant;
  }
}
