import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BaleenError } from '#contracts';
import { type DaemonStream, refusalText } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';
import { querySuffix } from '../engine-answer.ts';

/** Until the engine has found the image at the registry and begins to report. */
const headMs = 120_000;

type Progress = { id?: string; status?: string; error?: string; errorDetail?: unknown } & Record<string, unknown>;

/** How one engine's pull ended; `undefined` = the image is there. */
export type PullFailure = { readonly status: number; readonly message: string };

/** What to pull: the engine's own query and headers. */
export type PullRequest = { readonly query: string; readonly registryAuth: string; readonly apiVersion: string };

/**
 * Pulls on one engine and refreshes its images in the log; each progress line is handed on. Resolves with the failure when the
 * daemon or its registry refuses; rejects when the daemon cannot be reached or breaks off.
 */
export async function pullOn(
  fleet: Fleet,
  engine: FleetEngine,
  { query, registryAuth, apiVersion }: PullRequest,
  signal: AbortSignal,
  onProgress: (line: Progress) => Promise<void> | void,
): Promise<PullFailure | undefined> {
  const headers = { 'content-length': '0', ...(registryAuth !== '' && { 'x-registry-auth': registryAuth }) };
  const path = `/images/create${querySuffix(query)}`;
  const answer = await fleet.daemons.stream(engine, { method: 'POST', path, apiVersion, headers, timeoutMs: headMs, signal });
  let failure: PullFailure | undefined;
  try {
    failure = await readReport(answer, onProgress);
  } catch (cause) {
    answer.body.destroy();
    if (signal.aborted) throw signal.reason;
    const message = `node ${engine.name} broke off its report of the pull or sent none that can be read`;
    throw new BaleenError('engine/bad-answer', message, { details: { engine: engine.key }, cause });
  }
  if (failure !== undefined) return failure;
  await fleet.follower.reached(await fleet.commands.refresh(engine.key, { images: true }));
  return undefined;
}

async function readReport(
  { status, body }: DaemonStream,
  onProgress: (line: Progress) => Promise<void> | void,
): Promise<PullFailure | undefined> {
  let failure: PullFailure | undefined;
  let refusal = '';
  for await (const line of createInterface({ input: body })) {
    if (status !== 200) refusal += line;
    else if (line.trim() !== '') {
      const progress = JSON.parse(line) as Progress;
      if (progress.error === undefined) await onProgress(progress);
      else failure = { status: 500, message: progress.error };
    }
  }
  return status === 200 ? failure : { status, message: refusalText(refusal) };
}

/**
 * Pulls on all these engines at once and reports to the client as one daemon would: layer ids are kept, with the node before them
 * when several pull. It is a failure only when no engine has the image in the end.
 */
export async function pullForClient(
  fleet: Fleet,
  exchange: Exchange,
  engines: readonly FleetEngine[],
  request: PullRequest,
): Promise<void> {
  if (engines.length === 0) throw new BaleenError('placement/no-engine', 'no healthy engine to pull on');
  let response: ReturnType<Exchange['stream']> | undefined;
  const write = async (line: Progress) => {
    response ??= exchange.stream(200);
    if (response.destroyed) return;
    if (!response.write(`${JSON.stringify(line)}\r\n`)) await once(response, 'drain', { signal: exchange.signal });
  };
  const isLone = engines.length === 1;
  const outcomes = await Promise.all(
    engines.map(async (engine) => {
      const failure = await attempt(() =>
        pullOn(fleet, engine, request, exchange.signal, (line) => write(isLone ? line : onNode(engine, line))),
      );
      if (failure !== undefined && !isLone && exchange.response.headersSent)
        await write({ id: engine.name, status: `Pull failed: ${failure.message}` });
      return failure;
    }),
  );
  const failures = outcomes.filter((outcome) => outcome !== undefined);
  const [first] = failures;
  const failedEverywhere = first !== undefined && failures.length === engines.length;
  if (failedEverywhere && !exchange.response.headersSent) return exchange.respond(first.status, { message: first.message });
  if (failedEverywhere) await write({ errorDetail: { message: first.message }, error: first.message });
  response ??= exchange.stream(200);
  response.end();
}

function onNode(engine: FleetEngine, line: Progress): Progress {
  return { ...line, id: line.id === undefined ? engine.name : `${engine.name}: ${line.id}` };
}

async function attempt(pull: () => Promise<PullFailure | undefined>): Promise<PullFailure | undefined> {
  try {
    return await pull();
  } catch (error) {
    if (error instanceof BaleenError) return { status: error.status, message: error.message };
    throw error;
  }
}
