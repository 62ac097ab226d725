import { familiarImage } from '#docker-api';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';
import { querySuffix } from '../engine-answer.ts';
import { reportToClient } from './client-report.ts';
import { reportOf } from './engine-report.ts';
import { capableTargets, imageTargets } from './image-targets.ts';
import type { Words } from './node-row.ts';
import type { Failure, OnProgress } from './progress.ts';

/** Until the engine has found the image at the registry and begins to report. */
const headMsDefault = 120_000;

const words: Words = { doing: 'Pulling', done: 'Pull complete', failed: 'Pull failed' };

/** What to pull: the engine's own query and headers. */
export type PullRequest = {
  readonly query: string;
  /** `X-Registry-Auth` as it came, empty or not; `undefined` = none came. */
  readonly registryAuth: string | undefined;
  readonly apiVersion: string;
  /** Until the engine begins to report; default 2 minutes. */
  readonly headMs?: number;
};

/** Pulls on one engine; resolves and rejects as `reportOf`. */
export function pullOn(
  fleet: Fleet,
  engine: FleetEngine,
  { query, registryAuth, apiVersion, headMs = headMsDefault }: PullRequest,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Failure | undefined> {
  const headers = { 'content-length': '0', ...(registryAuth !== undefined && { 'x-registry-auth': registryAuth }) };
  const path = `/images/create${querySuffix(query)}`;
  const call = { method: 'POST', path, apiVersion, headers, timeoutMs: headMs } as const;
  const ask = (bounded: AbortSignal) => fleet.daemons.stream(engine, { ...call, signal: bounded });
  return reportOf(fleet, engine, { ask, signal, what: 'pull' }, onProgress);
}

/** A pull that follows a refused create goes to that create's engine, unless `baleen.pull=all`; a pull of a user goes to all targets. */
export async function pullForClient(fleet: Fleet, exchange: Exchange, image: string): Promise<void> {
  const reference = pulledReference(image, exchange.query.get('tag') ?? '');
  const registryAuth = exchange.header('x-registry-auth');
  if (registryAuth !== undefined) fleet.pulls.rememberCredentials(exchange.caller, reference, registryAuth);
  const chosen = await engineOfCreate(fleet, exchange, reference);
  const engines = chosen === undefined ? await imageTargets(fleet, exchange) : capableTargets(exchange, [chosen]);
  const request = { query: exchange.rawQuery, registryAuth, apiVersion: exchange.apiVersion };
  await reportToClient(exchange, engines, words, (engine, onProgress) =>
    pullOn(fleet, engine, request, exchange.signal, onProgress),
  );
}

/** `fromImage` and `tag` as one reference; a tag may be a digest. */
function pulledReference(image: string, tag: string): string {
  return tag === '' ? image : `${image}${tag.includes(':') ? '@' : ':'}${tag}`;
}

/** The query that pulls this reference, as clients write it. Without a tag engines would pull all of them. */
export function pullQuery(reference: string, platform: string): string {
  const query = new URLSearchParams({ fromImage: familiarImage(reference) });
  if (platform !== '') query.set('platform', platform);
  return query.toString();
}

async function engineOfCreate(fleet: Fleet, exchange: Exchange, reference: string): Promise<FleetEngine | undefined> {
  if (fleet.config.clusterOpts.pull === 'all') return undefined;
  const remembered = fleet.pulls.engineFor(exchange.caller, reference);
  const engine = remembered === undefined ? undefined : (await currentView(fleet)).engine(remembered);
  return engine?.isHealthy ? engine : undefined;
}
