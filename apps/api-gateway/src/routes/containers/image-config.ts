import { z } from 'zod';
import { BaleenError } from '#contracts';
import { currentView, type Fleet } from '../../fleet.ts';
import { type FleetImage, matchImages } from '../../fleet-view/lookup/image-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';

const named = z.record(z.string(), z.unknown()).nullish();
const Inspected = z.object({ Config: z.object({ ExposedPorts: named, Volumes: named }).nullish() });

/** What an image says of the containers that are made from it; both by their names in Docker's form. */
export type ImageConfig = { readonly exposedPorts: readonly string[]; readonly volumes: readonly string[] };

/** An inspect of an image takes milliseconds. An engine that is slow, or lies, must not keep creates from the others. */
const inspectMs = 2_000;
const holdersMax = 3;

/**
 * As an engine tells that holds it. `undefined` for an image that nobody holds yet: it is missing for the engine too, the client pulls it and asks again.
 * Throws engine/* when none of those that were asked has told it.
 */
export async function imageConfig(fleet: Fleet, exchange: Exchange, image: string): Promise<ImageConfig | undefined> {
  const view = await currentView(fleet);
  const holders = matchImages(view, image).filter(({ engine }) => view.engine(engine)?.isHealthy);
  let failure: BaleenError | undefined;
  for (const holder of holders.slice(0, holdersMax)) {
    try {
      const config = await toldBy(fleet, exchange, holder);
      if (config !== undefined) return config;
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      exchange.signal.throwIfAborted();
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

/** `undefined` = it was removed meanwhile. */
async function toldBy(fleet: Fleet, exchange: Exchange, { engine: key, facts }: FleetImage): Promise<ImageConfig | undefined> {
  const engine = fleet.follower.view.engine(key);
  if (engine === undefined) return undefined;
  const { status, body } = await fleet.daemons.call(engine, {
    method: 'GET',
    path: `/images/${facts.id}/json`,
    apiVersion: exchange.apiVersion,
    timeoutMs: inspectMs,
    signal: exchange.signal,
  });
  return status === 200 ? configIn(body, engine.name) : undefined;
}

function configIn(body: Buffer, node: string): ImageConfig {
  try {
    const { Config } = Inspected.parse(JSON.parse(body.toString('utf8')));
    return { exposedPorts: Object.keys(Config?.ExposedPorts ?? {}), volumes: Object.keys(Config?.Volumes ?? {}) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new BaleenError('engine/bad-answer', `node ${node} describes an image in a form that is not expected`, {
      cause: error,
    });
  }
}
