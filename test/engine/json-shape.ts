/** Where in a document, e.g. `$.State.Pid` or `$[].Names[]` → the types that stand there, e.g. `number` or `null`. */
export type JsonShape = ReadonlyMap<string, ReadonlySet<string>>;

/** Objects whose keys are names, ids or ports: only that there is something under them, and of what shape, is the same of two engines. */
const keyedByName = new Set([
  'Containers',
  'ExposedPorts',
  'IndexConfigs',
  'Labels',
  'Networks',
  'Options',
  'PortBindings',
  'Ports',
  'Runtimes',
  'status',
  'Attributes',
]);

/** The members and types of a JSON value, recursively; elements of a list as one. */
export function jsonShape(value: unknown): JsonShape {
  const shape = new Map<string, Set<string>>();
  walk(value, '$', '', shape);
  return shape;
}

function walk(value: unknown, path: string, key: string, shape: Map<string, Set<string>>): void {
  const types = shape.get(path) ?? new Set<string>();
  shape.set(path, types.add(typeOf(value)));
  if (Array.isArray(value)) for (const item of value) walk(item, `${path}[]`, key, shape);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value))
      walk(member, keyedByName.has(key) ? `${path}.*` : `${path}.${name}`, keyedByName.has(key) ? '' : name, shape);
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Lines as in `$.State.Health: object, not absent` (the first of `real`, the second of `simulated`), but for the paths that are left out. */
export function shapeDifferences(real: JsonShape, simulated: JsonShape, leftOut: ReadonlyMap<string, string>): string[] {
  const said = (shape: JsonShape, path: string) => [...(shape.get(path) ?? ['absent'])].sort().join('|');
  return [...new Set([...real.keys(), ...simulated.keys()])]
    .filter((path) => said(real, path) !== said(simulated, path))
    .filter(
      (path) =>
        ![...leftOut.keys()].some((known) => path === known || path.startsWith(`${known}.`) || path.startsWith(`${known}[`)),
    )
    .map((path) => `${path}: ${said(real, path)}, not ${said(simulated, path)}`);
}
