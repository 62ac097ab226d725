import { BaleenError } from '#contracts';
import { familiarImage, imageRepository, normaliseImage } from '#docker-api';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { type FleetImage, matchImages } from '../../fleet-view/lookup/image-lookup.ts';
import { copyImage, tagMeant, tagOn } from './image-copy.ts';
import { pullOn, pullQuery } from './image-pull.ts';
import { meantImages } from './meant-images.ts';

/** 20 GB through a gateway that does 50 MB/s beside its other work take 400 s; beyond it something stands still. */
const ensureMs = 1_800_000;

/** A registry that has not told of the image by then is slower than a copy begins. */
const registryPatienceMs = 20_000;

export type Wanted = {
  readonly reference: string;
  /** Of `--platform`; empty = the engine's own. */
  readonly platform: string;
  readonly apiVersion: string;
  /** Whose credentials of an earlier pull may be used. */
  readonly caller: string;
};

/**
 * Brings an image that the fleet has to an engine that lacks it, and that very image: pulled by its digest where it came from a
 * registry that can be reached, else copied from an engine that has it (docs/adr/0017). Asked for several times at once it is
 * brought once. Resolves with what the engine knows it by, which is not `reference` where that has a digest and was copied.
 * Rejects with request/not-found when no engine that answers has it, and with the last failure when all ways failed.
 */
export function ensureImage(fleet: Fleet, engine: FleetEngine, wanted: Wanted, signal: AbortSignal): Promise<string> {
  const key = `${engine.key}\n${normaliseImage(wanted.reference)}\n${wanted.platform}`;
  return fleet.imageFlights.join(key, signal, (joint) => bring(fleet, engine, wanted, joint));
}

async function bring(fleet: Fleet, engine: FleetEngine, wanted: Wanted, joint: AbortSignal): Promise<string> {
  const deadline = new AbortController();
  const late = new BaleenError(
    'engine/timeout',
    `${wanted.reference} did not reach node ${engine.name} in ${ensureMs / 1_000} s`,
  );
  const release = fleet.clock.after(ensureMs, () => deadline.abort(late));
  const signal = AbortSignal.any([joint, deadline.signal]);
  try {
    const { apiVersion, reference } = wanted;
    const images = await meantImages(fleet, imagesFor(fleet, engine, reference, wanted.platform), { apiVersion, signal });
    const [first] = images;
    if (first === undefined) throw new BaleenError('request/not-found', `No such image: ${familiarImage(reference)}`);
    if (await isPulled(fleet, engine, first, wanted, signal)) return reference;
    return await copyFromAny(fleet, engine, images, wanted, signal);
  } finally {
    release();
  }
}

/** Copies on other engines that answer, of the receiver's own kind unless a platform says which kind is wanted. */
export function imagesFor(fleet: Fleet, to: FleetEngine, reference: string, platform: string): FleetImage[] {
  const { view } = fleet.follower;
  return matchImages(view, reference).filter((image) => {
    const from = view.engine(image.engine);
    return from?.isHealthy && from !== to && (platform !== '' || isSameKind(from, to));
  });
}

function isSameKind({ identity: left }: FleetEngine, { identity: right }: FleetEngine): boolean {
  return left?.architecture === right?.architecture && left?.osType === right?.osType;
}

/** Pulls by digest and names the result: the tag may mean another image at the registry by now. */
async function isPulled(
  fleet: Fleet,
  engine: FleetEngine,
  image: FleetImage,
  { reference, platform, apiVersion, caller }: Wanted,
  signal: AbortSignal,
): Promise<boolean> {
  const digest = registryDigest(image, reference);
  if (digest === undefined || fleet.pulls.isUnpullable(reference)) return false;
  const registryAuth = fleet.pulls.credentialsFor(caller, reference);
  const pull = { query: pullQuery(digest, platform), registryAuth, apiVersion, headMs: registryPatienceMs };
  const reason = await failureOf(async () => {
    const failure = await pullOn(fleet, engine, pull, signal, () => undefined);
    const name = tagMeant(image, reference);
    if (failure === undefined && name !== undefined) await tagOn(fleet, engine, { id: digest, name, apiVersion });
    return failure?.message;
  });
  if (reason === undefined) return true;
  signal.throwIfAborted();
  fleet.pulls.rememberUnpullable(reference);
  fleet.logger.info({ engine: engine.key, image: reference, reason }, 'pull of an image that the fleet has failed');
  return false;
}

/** Of the reference's own repository, else it never came from there. */
function registryDigest(image: FleetImage, reference: string): string | undefined {
  const repository = imageRepository(reference);
  return repository === undefined ? undefined : image.facts.repoDigests.find((digest) => imageRepository(digest) === repository);
}

async function copyFromAny(
  fleet: Fleet,
  to: FleetEngine,
  images: readonly FleetImage[],
  { reference, apiVersion }: Wanted,
  signal: AbortSignal,
): Promise<string> {
  let failure: unknown;
  for (const image of images) {
    const from = fleet.follower.view.engine(image.engine);
    if (from === undefined) continue;
    try {
      return await copyImage(fleet, { image, from, to, reference, apiVersion }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BaleenError)) throw error;
      fleet.logger.warn({ image: reference, from: from.name, to: to.name, reason: error.message }, 'copy of an image failed');
      failure = error;
    }
  }
  throw failure ?? new BaleenError('engine/unhealthy', `the nodes that have ${familiarImage(reference)} were lost meanwhile`);
}

async function failureOf(run: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BaleenError) return error.message;
    throw error;
  }
}
