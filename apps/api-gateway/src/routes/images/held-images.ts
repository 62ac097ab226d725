import { z } from 'zod';
import { BaleenError, parseJson } from '#contracts';
import { imageRow, timeMs } from '#docker-api';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { inNodeOrder } from '../../fleet-view/lookup/healthy-first.ts';
import { type FleetImage, findImages, matchImages } from '../../fleet-view/lookup/image-lookup.ts';

/** In the client's version, until it goes away. */
type Asking = { readonly apiVersion: string; readonly signal: AbortSignal };

/**
 * A whole ID, or as much of one as docker shows. Never a name: clients ask for missing ones all the time, and that must not cost a large
 * fleet a request to each engine.
 */
const idShape = /^(?:sha256:)?[0-9a-f]{12,64}$/;
/** Engines that are asked for an ID at a time: a thousand in a second or two, and no burst of connections. */
const askedMax = 32;
/** An engine that has an image under an ID tells it from memory; one that says nothing must not hold the others' answer up for long. */
const askMs = 2_000;

const Inspected = z.looseObject({
  Id: z.string(),
  Created: z.string().nullish(),
  Config: z.looseObject({ Labels: z.unknown() }).nullish(),
});

/**
 * `findImages`, and for an ID that the view has none of the copies that engines have without listing them: images between the steps of a
 * classic build. A tenant has those of its view only: of the others nobody knows whose they are.
 */
export async function heldImages(
  fleet: Fleet,
  view: FleetView,
  reference: string,
  asking: Asking,
): Promise<readonly FleetImage[]> {
  if (fleet.scope === undefined && idShape.test(reference) && matchImages(view, reference).length === 0) {
    const unlisted = await unlistedImages(fleet, view, reference, asking);
    if (new Set(unlisted.map(({ facts }) => facts.id)).size === 1) return inNodeOrder(view, unlisted);
  }
  return findImages(view, reference);
}

async function unlistedImages(fleet: Fleet, view: FleetView, id: string, asking: Asking): Promise<readonly FleetImage[]> {
  const found: FleetImage[] = [];
  const engines = view.healthy().values();
  const askInTurn = async () => {
    for (const engine of engines) {
      const image = await imageOn(fleet, engine, id, asking);
      if (image !== undefined) found.push(image);
    }
  };
  await Promise.all(Array.from({ length: askedMax }, askInTurn));
  return found;
}

/** `undefined` = it has none, or does not say. */
async function imageOn(
  fleet: Fleet,
  engine: FleetEngine,
  id: string,
  { apiVersion, signal }: Asking,
): Promise<FleetImage | undefined> {
  try {
    const call = { method: 'GET', path: `/images/${id}/json`, apiVersion, timeoutMs: askMs, signal } as const;
    const { status, body } = await fleet.daemons.call(engine, call);
    if (status !== 200) return undefined;
    const { facts, summary } = imageRow(listEntry(body));
    // To an engine the same digits may be a name.
    if (!facts.id.startsWith(id.startsWith('sha256:') ? id : `sha256:${id}`)) return undefined;
    return { kind: 'image', engine: engine.key, stamp: { epoch: 0, sequence: 0 }, facts, summary };
  } catch (error) {
    if (!(error instanceof BaleenError || error instanceof SyntaxError) || signal.aborted) throw error;
    fleet.logger.warn({ engine: engine.key, image: id, reason: error.message }, 'an engine does not say whether it has an image');
    return undefined;
  }
}

/** What the engine would list of the image that it tells of. */
function listEntry(body: Buffer): Buffer {
  const { data } = Inspected.safeParse(parseJson(body.toString('utf8')));
  if (data === undefined) throw new BaleenError('engine/bad-answer', 'what the engine tells of an image has no ID');
  const { Created, Config, ...told } = data;
  return Buffer.from(JSON.stringify({ ...told, Created: Math.floor(timeMs(Created) / 1_000), Labels: Config?.Labels }));
}
