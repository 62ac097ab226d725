import type { ImageFacts } from '#contracts';

/** An image reference in full: `docker.io/library/busybox:latest`. */
export type ImageReference = {
  readonly domain: string;
  /** `library/busybox` */
  readonly path: string;
  /** Empty when a digest stands alone. */
  readonly tag: string;
  /** `sha256:…` or empty. */
  readonly digest: string;
};

const defaultDomain = 'docker.io';
const shape = /^(?:(.+?))(?::([\w][\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$/;
const pathShape = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Reads a reference as Docker does (distribution/reference); `undefined` when it is none. */
function parseImageReference(text: string): ImageReference | undefined {
  const reference = splitReference(text);
  return reference !== undefined && pathShape.test(reference.path) ? reference : undefined;
}

/** Its parts, whatever the path looks like. */
function splitReference(text: string): ImageReference | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, name = '', tag = '', digest = ''] = match;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasDomain = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const domain = hasDomain ? (first === 'index.docker.io' ? defaultDomain : first) : defaultDomain;
  const rest = hasDomain ? name.slice(slash + 1) : name;
  const path = domain === defaultDomain && !rest.includes('/') ? `library/${rest}` : rest;
  return { domain, path, tag: tag === '' && digest === '' ? 'latest' : tag, digest };
}

/** Why a daemon refuses a text as an image's name, in the newer ones' words; `undefined` for names and IDs. */
export function imageReferenceError(text: string): string | undefined {
  const path = splitReference(text)?.path ?? '';
  if (pathShape.test(path)) return undefined;
  return pathShape.test(path.toLowerCase())
    ? `invalid reference format: repository name (${path}) must be lowercase`
    : 'invalid reference format';
}

/** A placement asks every engine for one and the same image. */
let last = { text: '', inFull: '' };

/** In full, as a key: equal texts are the same image name. A text that is no reference stays as it is. */
export function normaliseImage(text: string): string {
  if (text !== last.text) last = { text, inFull: inFull(text) };
  return last.inFull;
}

function inFull(text: string): string {
  const reference = parseImageReference(text);
  if (reference === undefined) return text;
  const { domain, path, tag, digest } = reference;
  return `${domain}/${path}${digest === '' ? `:${tag}` : `@${digest}`}`;
}

/** As users write it: `busybox:latest`. */
export function familiarImage(text: string): string {
  const reference = parseImageReference(text);
  if (reference === undefined) return text;
  const { domain, path, tag, digest } = reference;
  const name = domain === defaultDomain ? path.replace(/^library\//, '') : `${domain}/${path}`;
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

/** As users write it, without tag and digest: `busybox`. */
export function familiarRepository(text: string): string {
  const reference = parseImageReference(text);
  return reference === undefined ? text : familiarImage(`${reference.domain}/${reference.path}`).replace(/:latest$/, '');
}

/** `docker.io/library/busybox`: the name without tag and digest; `undefined` when it is no reference. */
export function imageRepository(text: string): string | undefined {
  const reference = parseImageReference(text);
  return reference === undefined ? undefined : `${reference.domain}/${reference.path}`;
}

/** Does the reference name the image by id: whole, or a prefix of its hex digits (with or without `sha256:`)? */
export function matchesImageId(image: Pick<ImageFacts, 'id'>, reference: string): boolean {
  const hex = reference.replace(/^sha256:/, '');
  return /^[0-9a-f]{1,64}$/.test(hex) && image.id.replace(/^sha256:/, '').startsWith(hex);
}
