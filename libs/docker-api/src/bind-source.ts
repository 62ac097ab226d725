/** What a bind brings into a container: `name:/path[:options]` a volume, `/folder:/path[:options]` a folder of the engine's machine. */
export type BindSource = {
  /** `none`: `/path` alone, for which an engine makes a volume without a name. */
  readonly kind: 'volume' | 'path' | 'none';
  /** Up to the first colon; empty for `none`. */
  readonly source: string;
};

/** Whatever begins otherwise than the name of a volume is a path, as engines take `.` and `~` too. */
export function bindSource(bind: string): BindSource {
  const [source = '', target] = bind.split(':');
  if (target === undefined) return { kind: 'none', source: '' };
  return { kind: /^[a-zA-Z0-9]/.test(source) ? 'volume' : 'path', source };
}
