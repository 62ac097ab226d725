import { z } from 'zod';
import { BaleenError, isPublishedAtGateway, type PlacementRequest } from '#contracts';
import { currentView, type Fleet } from '../../fleet.ts';
import { matchImages } from '../../fleet-view/lookup/image-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';

const Inspected = z.object({
  Config: z.object({ ExposedPorts: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

/** An inspect of an image takes milliseconds. */
const inspectMs = 10_000;

/**
 * A request with PublishAllPorts and the ports that its image exposes, as an engine tells that holds it: they are drawn before the create where
 * ports are the fleet's. An image that nobody holds yet is missing for the engine too; the client pulls it and asks again.
 */
export async function withImagePorts(fleet: Fleet, exchange: Exchange, request: PlacementRequest): Promise<PlacementRequest> {
  const view = await currentView(fleet);
  if (!view.members().some(({ address }) => isPublishedAtGateway(fleet.config.publish, address))) return request;
  for (const { engine: key, facts } of matchImages(view, request.image)) {
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
    if (status !== 200) continue;
    return { ...request, exposedPorts: [...new Set([...request.exposedPorts, ...exposedPorts(body, engine.name)])] };
  }
  return request;
}

function exposedPorts(body: Buffer, node: string): string[] {
  try {
    return Object.keys(Inspected.parse(JSON.parse(body.toString('utf8'))).Config?.ExposedPorts ?? {});
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new BaleenError('engine/bad-answer', `node ${node} describes an image in a form that is not expected`, {
      cause: error,
    });
  }
}
