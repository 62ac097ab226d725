import { z } from 'zod';
import { BaleenError } from '#contracts';
import { currentView, type Fleet } from '../../fleet.ts';
import { matchImages } from '../../fleet-view/lookup/image-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';

const named = z.record(z.string(), z.unknown()).nullish();
const Inspected = z.object({ Config: z.object({ ExposedPorts: named, Volumes: named }).nullish() });

/** What an image says of the containers that are made from it; both by their names in Docker's form. */
export type ImageConfig = { readonly exposedPorts: readonly string[]; readonly volumes: readonly string[] };

/** An inspect of an image takes milliseconds. */
const inspectMs = 10_000;

/**
 * As an engine tells that holds it. `undefined` for an image that nobody holds yet: it is missing for the engine too, the client pulls it and asks again.
 * Throws engine/bad-answer.
 */
export async function imageConfig(fleet: Fleet, exchange: Exchange, image: string): Promise<ImageConfig | undefined> {
  const view = await currentView(fleet);
  for (const { engine: key, facts } of matchImages(view, image)) {
    const engine = view.engine(key);
    if (!engine?.isHealthy) continue;
    const { status, body } = await fleet.daemons.call(engine, {
      method: 'GET',
      path: `/images/${facts.id}/json`,
      apiVersion: exchange.apiVersion,
      timeoutMs: inspectMs,
      signal: exchange.signal,
    });
    // It was removed meanwhile.
    if (status === 200) return configIn(body, engine.name);
  }
  return undefined;
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
