/** One thing that Baleen says otherwise than the bare engine. */
export type Difference = {
  /** What was asked, e.g. `GET /containers/web/json` or `docker ps -a`. */
  readonly request: string;
  /** Where in the answer: `status`, `header Server`, `framing`, `body $.State.Pid`, `exit`, `stdout`, `stderr`. */
  readonly field: string;
  readonly bare: string;
  readonly baleen: string;
};

/** A field and its two values; the request is added by who knows it. */
export type FieldDifference = Omit<Difference, 'request'>;

const shownLength = 400;

export function fieldDifference(field: string, bare: unknown, baleen: unknown): FieldDifference {
  return { field, bare: shown(bare), baleen: shown(baleen) };
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
