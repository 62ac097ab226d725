import { BaleenError, labels } from '#contracts';
import { normaliseImage } from '#docker-api';
import { type FleetImage, findImages } from '../../fleet-view/lookup/image-lookup.ts';
import { refuseLabelling } from './image-instructions.ts';
import { type Amended, type Asked, refused, type TenantCase } from './judge.ts';

/** A pull, or an import. */
export function judgeImageCreate({ query }: Asked, { scope }: TenantCase): Amended {
  const image = query.get('fromImage') ?? '';
  if (image === '') return judgeImport(query, scope);
  const tag = query.get('tag') ?? '';
  // A tag of several is as much of a name as an engine takes; the repository decides.
  if (!scope.mayUse(image)) throw refused(`pulling ${image}: it is of none of the tenant’s repositories`, 'images.use');
  if (tag !== '' && !/^(?:[\w][\w.-]{0,127}|[a-z0-9]+:[0-9a-f]{32,})$/i.test(tag))
    throw new BaleenError('request/invalid', 'invalid tag format');
  return {};
}

/** The image of an archive that comes with the request, under a name of the tenant's own or none; an instruction gives it its owner. */
function judgeImport(query: URLSearchParams, scope: TenantCase['scope']): Amended {
  if (query.get('fromSrc') !== '-') throw refused('imports from elsewhere: an engine would fetch what only it may reach');
  const repository = query.get('repo') ?? '';
  if (repository !== '' && !scope.ownsName(repository))
    throw refused(`naming an image ${repository}: it is none of the tenant’s own repositories`, 'images.own');
  refuseLabelling(query);
  const amended = new URLSearchParams(query);
  amended.append('changes', `LABEL ${labels.owner}=${scope.tenant}`);
  return { query: amended };
}

export function judgeImagePush({ params }: Asked, { scope }: TenantCase): Amended {
  const name = params['name'] ?? '';
  if (!scope.ownsName(name)) throw refused(`pushing ${name}: it is none of the tenant’s own repositories`, 'images.own');
  return {};
}

/** The image itself is looked up in the tenant's view. */
export function judgeImageTag({ query }: Asked, { scope }: TenantCase): Amended {
  const repository = query.get('repo') ?? '';
  if (!scope.ownsName(repository))
    throw refused(`naming an image ${repository || '(nothing)'}: it is none of the tenant’s own repositories`, 'images.own');
  return {};
}

/** A name of the tenant's own may go; the image as a whole only where it is nobody else's. */
export function judgeImageRemove({ params }: Asked, { own, whole, scope }: TenantCase): Amended {
  const name = params['name'] ?? '';
  const images = findImages(own, name);
  const isByName = own.find('image', normaliseImage(name)).length > 0;
  // With all its names, of which the tenant's own view has its own.
  const isWhollyOwn = ({ facts }: FleetImage) => whole.find('image', facts.id).every((image) => scope.ownsImage(image.facts));
  if ((isByName && scope.ownsName(name)) || images.every(isWhollyOwn)) return {};
  throw refused(`removing ${name}: others may use it too`, 'images.own');
}

/** Save: by name or whole ID, since an engine might know another image by the beginning of one. */
export function judgeImageSave({ params, query }: Asked, { own }: TenantCase): Amended {
  const names = params['name'] === undefined ? query.getAll('names') : [params['name']];
  for (const name of names) {
    const images = findImages(own, name);
    const isWhole = /^(?:sha256:)?[0-9a-f]{64}$/.test(name) || own.find('image', normaliseImage(name)).length > 0;
    if (images.length === 0 || !isWhole)
      throw refused(`saving ${name} by the beginning of its ID: write the whole ID, or a name`);
  }
  return {};
}
