export type Shaped = {
  /** `/containers/{id}/json` */
  readonly shape: string;
  /** What stood in the place of `{id}`, decoded. */
  readonly reference: string;
};

/** Second words that are no reference. */
const words: Readonly<Record<string, ReadonlySet<string>>> = {
  containers: new Set(['json', 'create', 'prune']),
  images: new Set(['json', 'create', 'load', 'get', 'prune', 'search']),
  networks: new Set(['create', 'prune']),
  volumes: new Set(['create', 'prune']),
  build: new Set(['prune', 'cancel']),
  system: new Set(['df']),
};
/** Kinds of objects, and the words that may follow a reference. Names of images hold slashes, so that only these end them. */
const followers: Readonly<Record<string, ReadonlySet<string> | undefined>> = {
  containers: undefined,
  exec: undefined,
  networks: undefined,
  volumes: undefined,
  images: new Set(['json', 'history', 'get', 'tag', 'push']),
};

/** The route of a path without its version. */
export function shapeOf(path: string): Shaped {
  const kindEnd = path.indexOf('/', 1);
  if (kindEnd < 0) return { shape: path, reference: '' };
  const [kind, rest] = [path.slice(1, kindEnd), path.slice(kindEnd + 1)];
  if (rest === '' || words[kind]?.has(rest) === true || !Object.hasOwn(followers, kind)) return { shape: path, reference: '' };
  const verbs = followers[kind];
  const cut = verbs === undefined ? rest.indexOf('/') : rest.lastIndexOf('/');
  const verb = cut < 0 ? '' : rest.slice(cut + 1);
  if (cut < 0 || verbs?.has(verb) === false) return { shape: `/${kind}/{id}`, reference: decoded(rest) };
  return { shape: `/${kind}/{id}/${verb}`, reference: decoded(rest.slice(0, cut)) };
}

function decoded(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text;
}
