import fc from 'fast-check';

/** The example itself, one member of it replaced or taken out, nonsense, and text that is no JSON. */
export function variation(example: unknown): fc.Arbitrary<unknown> {
  // An empty example has no member to replace: it gets one that nobody knows.
  const paths = [...pathsOf(example), ['Unknown']];
  const replaced = fc
    .tuple(fc.constantFrom(...paths), fc.oneof(strays, fc.jsonValue({ maxDepth: 1 })))
    .map(([path, stray]) => replacedAt(example, path, stray));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(example) },
    { weight: 6, arbitrary: replaced },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, '', '{', '{}', '[]', 'null', '{} {}', '{"a":', '\u0000') },
  );
}

const strays = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  'x',
  'nothing',
  'net',
  'vol',
  'running',
  0,
  -1,
  1.5,
  1e300,
  true,
  [],
  {},
  [''],
  [null],
  { '': '' },
);

type Path = readonly (string | number)[];

/** Every place in a document, the document itself excepted. */
export function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return at.length === 0 ? [] : [at];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(at.length === 0 ? [] : [at]), ...entries.flatMap(([key, inner]) => pathsOf(inner, [...at, key]))];
}

/** A copy with another value at a place; `undefined` takes the member out. */
export function replacedAt(value: unknown, [key, ...rest]: Path, stray: unknown): unknown {
  if (key === undefined) return stray;
  if (Array.isArray(value) && typeof key === 'string') return [stray];
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replacedAt(item, rest, stray) : item));
  const members = value as Readonly<Record<string, unknown>>;
  return { ...members, [key]: replacedAt(members[key], rest, stray) };
}
