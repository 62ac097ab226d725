import { z } from 'zod';
import { loginShape } from './body-shapes.ts';
import { type Amended, type Asked, refused, type TenantCase } from './judge.ts';
import { readJudged } from './read-judged.ts';

/** Engines dial whatever registry they are told, from within their network. */
export function judgeRegistryImage({ params }: Asked, { scope }: TenantCase): Amended {
  const name = params['name'] ?? '';
  if (!scope.mayUse(name)) throw refused(`asking a registry for ${name}: it is of none of the tenant’s repositories`);
  return {};
}

const LoginBody = z.looseObject({ serveraddress: z.string().nullish() });

export function judgeLogin(asked: Asked, { policy }: TenantCase): Amended {
  const address = readJudged(asked, loginShape, LoginBody).serveraddress ?? '';
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  const isHub = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host);
  const registries = [...policy.images.use, ...policy.images.own].map(registryOf);
  if (!registries.includes(isHub ? 'docker.io' : host))
    throw refused(`logging in at ${host}: no repository of the tenant is there`);
  return {};
}

function registryOf(pattern: string): string {
  const [first = ''] = pattern.split('/');
  return pattern.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}
