/** What a daemon tells of as an event, before it has a time. */
export type Happening = {
  readonly type: 'container' | 'network' | 'volume' | 'image' | 'builder' | 'daemon';
  /** `start`, `exec_create: cat ` … */
  readonly action: string;
  /** The actor's. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The image of the container that acts, as it was asked for. */
  readonly from?: string;
};

/** A happening with its place in the daemon's time, and the line that says it. */
export type ToldEvent = {
  readonly happening: Happening;
  readonly timeNano: bigint;
  /** With its newline. */
  readonly line: string;
};

/** The line as daemons of API 1.51 say it: `status`, `id` and `from` are what clients before 1.22 read, and attributes stand in order. */
export function eventLine({ type, action, id, attributes, from }: Happening, timeNano: bigint): string {
  const old =
    type === 'container' || type === 'image'
      ? `"status":${JSON.stringify(action)},${id === '' ? '' : `"id":"${id}",`}${from === undefined ? '' : `"from":${JSON.stringify(from)},`}`
      : '';
  const ordered = Object.fromEntries(Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1)));
  const actor = `{"ID":${JSON.stringify(id)},"Attributes":${JSON.stringify(ordered)}}`;
  const seconds = timeNano / 1_000_000_000n;
  return `{${old}"Type":"${type}","Action":${JSON.stringify(action)},"Actor":${actor},"scope":"local","time":${seconds},"timeNano":${timeNano}}\n`;
}
