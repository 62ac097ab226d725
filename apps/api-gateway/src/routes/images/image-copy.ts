import { BaleenError } from '#contracts';
import { normaliseImage } from '#docker-api';
import type { Fleet } from '../../fleet.ts';
import { daemonStandingOf, whileStanding } from '../../fleet-view/engine-standing.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import { reportOf } from './engine-report.ts';
import { refusalOf } from './progress.ts';

/** Saving begins when the layers have been found. */
const saveHeadMs = 120_000;
const tagMs = 30_000;
/** Names that a copied image gets back; what has more is known by its ID well enough. */
const namesMax = 64;

export type Copy = {
  readonly image: FleetImage;
  readonly from: FleetEngine;
  readonly to: FleetEngine;
  /** How it was asked for: a name is what the copy has then, too. */
  readonly reference: string;
  readonly apiVersion: string;
};

/**
 * Copies an image from engine to engine through this gateway: saved there, loaded here, nothing kept in between. Resolves with what
 * the receiving engine knows it by: `reference`, or the ID where that has a digest (engines load no digests). Saved by ID it loses its
 * names; its tags are put back. Its record is in this gateway's view then. Rejects with engine/*.
 */
export async function copyImage(fleet: Fleet, copy: Copy, signal: AbortSignal): Promise<string> {
  const { image, from, to, reference } = copy;
  const startedMs = fleet.clock.monotonicMs();
  const tag = tagMeant(image, reference);
  const loadedId = await saveAndLoad(fleet, copy, tag ?? image.facts.id, signal);
  if (tag === undefined) await putTagsBack(fleet, copy, loadedId);
  const tookMs = Math.round(fleet.clock.monotonicMs() - startedMs);
  const facts = { image: reference, from: from.name, to: to.name, sizeBytes: image.facts.sizeBytes, tookMs };
  fleet.logger.info(facts, 'image copied from engine to engine');
  const isKnown = tag !== undefined || (!reference.includes('@') && loadedId === image.facts.id);
  return isKnown ? reference : loadedId;
}

/** The image's own tag that the reference spells; `undefined` for IDs and digests. A bare name saved would bring all its tags. */
export function tagMeant({ facts }: FleetImage, reference: string): string | undefined {
  const full = normaliseImage(reference);
  return facts.repoTags.find((tag) => normaliseImage(tag) === full);
}

/** Resolves with the ID the receiver gave it: its own where the two keep images in stores of different kinds. */
async function saveAndLoad(fleet: Fleet, copy: Copy, name: string, signal: AbortSignal): Promise<string> {
  const { image, from, to, apiVersion } = copy;
  const standing = () => daemonStandingOf(fleet.follower.view, from.key);
  return whileStanding(standing, fleet.clock, async (lost) => {
    const bounded = AbortSignal.any([signal, lost]);
    const path = `/images/${encodeURI(name)}/get`;
    const saved = await fleet.daemons.stream(from, { method: 'GET', path, apiVersion, timeoutMs: saveHeadMs, signal: bounded });
    if (saved.status !== 200) throw refused(from, 'save', await refusalOf(saved.body));
    let loadedId = image.facts.id;
    const load = {
      method: 'POST',
      path: '/images/load?quiet=1',
      apiVersion,
      headers: { 'content-type': 'application/x-tar' },
      body: saved.body,
      // Bounded by whoever waits for the copy.
      timeoutMs: loadMs,
    } as const;
    const ask = (signal: AbortSignal) => fleet.daemons.stream(to, { ...load, signal });
    try {
      const foreign = new Set<string>();
      const failure = await reportOf(fleet, to, { ask, signal: bounded, what: 'load' }, ({ stream = '' }) => {
        loadedId = /^Loaded image ID: (sha256:[0-9a-f]{64})/.exec(stream)?.[1] ?? loadedId;
        const [, named] = /^Loaded image: (\S+)/.exec(stream) ?? [];
        if (named !== undefined && foreign.size < namesMax && isForeign(named, name)) foreign.add(named);
      });
      if (failure !== undefined) throw refused(to, 'load', failure.message);
      if (foreign.size > 0) throw smuggled(copy, [...foreign]);
    } finally {
      saved.body.destroy();
    }
    return loadedId;
  });
}

/** An archive may hold images under any names; asked for one it holds that. */
function isForeign(named: string, wanted: string): boolean {
  return !named.startsWith('sha256:') && normaliseImage(named) !== normaliseImage(wanted);
}

function smuggled({ from, to, reference }: Copy, names: readonly string[]): BaleenError {
  const message = `node ${from.name} gave other images than ${reference}, which node ${to.name} has now as ${names.join(', ')}: remove them there, and look at ${from.name}`;
  return new BaleenError('engine/bad-answer', message, { details: { engine: from.key } });
}

/** A day: far more than any copy is waited for. */
const loadMs = 86_400_000;

async function putTagsBack(fleet: Fleet, { image, to, apiVersion }: Copy, id: string): Promise<void> {
  const taken = new Set([...to.shelves.image.values()].flatMap(({ facts }) => facts.repoTags));
  const names = image.facts.repoTags.filter((name) => !taken.has(name)).slice(0, namesMax);
  for (const name of names) await tagOn(fleet, to, { id, name, apiVersion });
}

export type Tag = { readonly id: string; readonly name: string; readonly apiVersion: string };

/** Gives an image of one engine one more name. */
export async function tagOn(fleet: Fleet, engine: FleetEngine, { id, name, apiVersion }: Tag): Promise<void> {
  const at = name.lastIndexOf(':');
  const query = new URLSearchParams({ repo: name.slice(0, at), tag: name.slice(at + 1) });
  const { answer, sequence } = await fleet.commands.call(engine.key, {
    method: 'POST',
    path: `/images/${encodeURI(id)}/tag?${query}`,
    apiVersion,
    touched: { images: true },
    timeoutMs: tagMs,
  });
  await fleet.follower.reached(sequence);
  if (answer.status !== 201) throw refused(engine, 'tag', answer.body);
}

function refused(engine: FleetEngine, what: string, message: string): BaleenError {
  return new BaleenError('engine/bad-answer', `node ${engine.name} refused to ${what} the image: ${message}`, {
    details: { engine: engine.key },
  });
}
