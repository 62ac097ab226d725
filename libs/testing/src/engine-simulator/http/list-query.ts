import { DaemonRefusal } from '../model/daemon-refusal.ts';

/** Docker's `?filters=`: name → values. */
export type ListQuery = ReadonlyMap<string, readonly string[]>;

/** Reads `{"label":["a"]}`, and the form of old clients `{"label":{"a":true}}`; absent and empty = none. Refuses names that are not known. */
export function readListQuery(text: string | null, known: ReadonlySet<string>): ListQuery {
  const query = new Map<string, readonly string[]>();
  if (text === null || text === '') return query;
  for (const [name, values] of Object.entries(parsed(text))) {
    if (!known.has(name)) throw new DaemonRefusal(400, `invalid filter '${name}'`);
    query.set(name, Array.isArray(values) ? values.map(String) : Object.keys(values ?? {}));
  }
  return query;
}

function parsed(text: string): Readonly<Record<string, object | null>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, object | null>>;
  } catch (error) {
    if (error instanceof SyntaxError) throw new DaemonRefusal(400, 'invalid filter');
    throw error;
  }
}

/** Is it among the values of that name? Without values nothing is asked. */
export function any(values: readonly string[] | undefined, matches: (value: string) => boolean): boolean {
  return values === undefined || values.length === 0 || values.some(matches);
}

/** Every `key` and `key=value` wanted is there. */
export function hasLabels(
  labels: Readonly<Record<string, string>> | null | undefined,
  wanted: readonly string[] | undefined,
): boolean {
  return (wanted ?? []).every((pair) => {
    const at = pair.indexOf('=');
    const value = labels?.[at < 0 ? pair : pair.slice(0, at)];
    return at < 0 ? value !== undefined : value === pair.slice(at + 1);
  });
}
