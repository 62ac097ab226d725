import { JsonSplitter } from '#docker-api';
import { type DaemonStream, refusalText } from '../../daemons/daemons.ts';

/** One line of a daemon's report about a pull, load, import or push: a row of the terminal by its `id`, or a line of its own. */
export type Progress = {
  readonly id?: string;
  readonly status?: string;
  /** A line of text, with its newline: what `load` says. */
  readonly stream?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
} & Readonly<Record<string, unknown>>;

/** How the work failed on one engine: a status and message for a client; 200 = the daemon told of it in its report. */
export type Failure = { readonly status: number; readonly message: string };

/** Hears each line, as read and as it came; back-pressure is what it returns. */
export type OnProgress = (line: Progress, raw: Buffer) => Promise<void> | void;

/** More of a refusal nobody reads. */
const refusalMaxBytes = 64 * 1024;

/** Reads a report to its end. Resolves with the daemon's or its registry's refusal; throws when the report is cut or no JSON. */
export async function readReport({ status, body }: DaemonStream, onProgress: OnProgress): Promise<Failure | undefined> {
  if (status !== 200) return { status, message: await refusalOf(body) };
  const splitter = new JsonSplitter();
  let failure: Failure | undefined;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (const raw of splitter.push(chunk)) {
      const line = JSON.parse(raw.toString('utf8')) as Progress;
      if (line.error === undefined) await onProgress(line, raw);
      else failure = { status, message: line.error };
    }
  }
  if (splitter.isMidway) throw new SyntaxError('the report ends within a message');
  return failure;
}

/** The message of a refusal that is still to be read. */
export async function refusalOf(body: DaemonStream['body']): Promise<string> {
  let text = '';
  for await (const chunk of body as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > refusalMaxBytes) break;
  }
  return refusalText(text);
}
