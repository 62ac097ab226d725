import { z } from 'zod';
import { loginShape } from './body-shapes.ts';
import { type Amended, type Asked, refused, type TenantCase } from './judge.ts';
import { readJudged } from './read-judged.ts';

/** Engines dial whatever registry they are told, from within their network. */
export function judgeRegistryImage({ params }: Asked, { scope }: TenantCase): Amended {
  const name = params['name'] ?? '';
  if (!scope.mayUse(name))
    throw refused(`asking a registry for ${name}: it is of none of the tenant’s repositories`, 'images.use');
  return {};
}

export const LoginBody = z.looseObject({ serveraddress: z.string().nullish() });

export function judgeLogin(asked: Asked, { policy }: TenantCase): Amended {
  const address = readJudged(asked, loginShape, LoginBody).serveraddress ?? '';
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  if (!isRegistryOf(policy, host)) throw refused(`logging in at ${host}: no repository of the tenant is there`, 'images.use');
  return {};
}

/** Before the first slash of a term stands a registry, which is asked; without one Docker Hub is. */
export function judgeRegistrySearch({ query }: Asked, { policy }: TenantCase): Amended {
  const terms = query.getAll('term');
  for (const term of terms) {
    const [first = '', ...rest] = term.split('/');
    // As engines tell it from a name, or a scheme that an engine might take off.
    const isRegistry = rest.length > 0 && /[^a-z0-9_-]|^localhost$/.test(first);
    if (isRegistry && !isRegistryOf(policy, first))
      throw refused(`searching at ${first}: no repository of the tenant is there`, 'images.use');
  }
  return {};
}

function isRegistryOf({ images }: TenantCase['policy'], host: string): boolean {
  const isHub = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host);
  return [...images.use, ...images.own].map(registryOf).includes(isHub ? 'docker.io' : host);
}

function registryOf(pattern: string): string {
  const [first = ''] = pattern.split('/');
  return pattern.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}
