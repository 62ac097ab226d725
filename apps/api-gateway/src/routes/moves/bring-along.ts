import { z } from 'zod';
import { BaleenError, type EngineAnswer, type EngineRequest, type MovedObject } from '#contracts';
import { compareApiVersions } from '#docker-api';
import { healthyEngine, refusalText } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { formerNetworks } from '../../fleet-view/lookup/former-networks.ts';
import { isDone } from '../engine-answer.ts';
import { isNetworkOfMachine, isVolumeOfMachine, Options } from './machine-bound.ts';
import { networkAnew } from './network-anew.ts';
import { readAs } from './read-as.ts';
import { isUntouched, pastOf } from './volume-past.ts';

const readMs = 15_000;
const changeMs = 60_000;

/** Which object is to be made anew, where, and under which term that was granted. */
type Errand = { readonly moved: MovedObject; readonly to: string; readonly term: number };
type Moves = { readonly moves: readonly MovedObject[]; readonly to: string; readonly term: number };

/**
 * Brings networks and volumes that nothing uses to the engine where a container needs them (ADR 55). Each is first made there and then removed where
 * it was; an engine does not remove what is in use, and then the new one is taken back. Resolves with those that stay where they were, once this
 * gateway's view has the others. Errors: engine/stale-term.
 */
export async function bringAlong(fleet: Fleet, { moves, to, term }: Moves): Promise<MovedObject[]> {
  const stays: MovedObject[] = [];
  for (const moved of moves) {
    const refusal = await bring(fleet, { moved, to, term });
    if (refusal === undefined) continue;
    const { kind, id, name, from } = moved;
    fleet.logger.info({ kind, id, name, from, to, reason: refusal }, 'an unused network or volume stays where it is');
    stays.push(moved);
  }
  return stays;
}

/** Resolves with why it stays; `undefined` = it was brought. */
async function bring(fleet: Fleet, errand: Errand): Promise<string | undefined> {
  const { moved, to } = errand;
  const { view } = fleet.follower;
  const isGone = !view.find(moved.kind, moved.id).some(({ engine }) => engine === moved.from);
  if (isGone && madeAnew(view, moved, to) !== undefined) return undefined;
  try {
    return moved.kind === 'network' ? await bringNetwork(fleet, errand) : await bringVolume(fleet, errand);
  } catch (error) {
    // The next leader grants the same again, and what is made by then is found.
    if (!(error instanceof BaleenError) || error.code === 'engine/stale-term') throw error;
    return error.message;
  }
}

/** How an object is made on another engine, and what names it on an engine. */
type Anew = {
  readonly kind: 'networks' | 'volumes';
  readonly body: string;
  readonly own: string;
  readonly made: (answer: EngineAnswer) => string;
};

const InspectedNetwork = z.looseObject({ Containers: z.record(z.string(), z.unknown()).nullish(), Options });
const MadeNetwork = z.looseObject({ Id: z.string() });

async function bringNetwork(fleet: Fleet, errand: Errand): Promise<string | undefined> {
  const { id } = errand.moved;
  const inspected = await read(fleet, errand.moved, `/networks/${id}`);
  const network = readAs(InspectedNetwork, inspected);
  if (Object.keys(network.Containers ?? {}).length > 0) return 'containers are in it';
  if (isNetworkOfMachine(network.Options)) return 'its options name an interface or address of its machine';
  const made = ({ body }: EngineAnswer) => readAs(MadeNetwork, body).Id;
  return makeAnew(fleet, errand, { kind: 'networks', body: networkAnew(inspected), own: id, made });
}

const InspectedVolume = z.looseObject({
  Driver: z.string(),
  CreatedAt: z.iso.datetime({ offset: true }),
  Options,
  Labels: z.record(z.string(), z.string()).nullish(),
});
const EngineClock = z.looseObject({ SystemTime: z.iso.datetime({ offset: true }) });

async function bringVolume(fleet: Fleet, errand: Errand): Promise<string | undefined> {
  const { moved } = errand;
  const { name } = moved;
  const own = encodeURIComponent(name);
  const volume = readAs(InspectedVolume, await read(fleet, moved, `/volumes/${own}`));
  if (isVolumeOfMachine(volume.Options)) return 'its options name a path of its machine';
  const { SystemTime } = readAs(EngineClock, await read(fleet, moved, '/info'));
  const past = await read(fleet, moved, `/events?${pastOf(Date.parse(SystemTime))}`);
  if (!isUntouched({ name, createdAtMs: Date.parse(volume.CreatedAt) }, past))
    return 'its engine does not remember that nothing has ever been in it';
  if (!(await isEmpty(fleet, moved))) return 'files are in it';
  const { Driver, Options: DriverOpts, Labels } = volume;
  const body = JSON.stringify({ Name: name, Driver, DriverOpts, Labels });
  return makeAnew(fleet, errand, { kind: 'volumes', body, own, made: () => own });
}

const VolumeSizes = z.looseObject({
  Volumes: z.array(z.looseObject({ Name: z.string(), UsageData: z.looseObject({ Size: z.number() }).nullish() })).nullish(),
});
/** Asks for volumes alone, which older engines cannot; of those a volume's time is that of its last change (`isUntouched`). */
const sizesSince = '1.42';

/** Nobody has put files into its folder on the host either, of which an engine has no event. The engine reads all of its volumes for that: on a slow one it stays. */
async function isEmpty(fleet: Fleet, moved: MovedObject): Promise<boolean> {
  const apiVersion = fleet.follower.view.engine(moved.from)?.identity?.apiVersion ?? '';
  if (compareApiVersions(apiVersion, sizesSince) < 0) return true;
  const { Volumes } = readAs(VolumeSizes, await read(fleet, moved, '/system/df?type=volume'));
  return Volumes?.find(({ Name }) => Name === moved.name)?.UsageData?.Size === 0;
}

/** What was made is taken back where the other is not let go; a volume only if it was not there before. */
async function makeAnew(fleet: Fleet, errand: Errand, { kind, body, own, made }: Anew): Promise<string | undefined> {
  const { moved, to } = errand;
  let anew = madeAnew(fleet.follower.view, moved, to);
  const isOurs = anew === undefined || kind === 'networks';
  if (anew === undefined) {
    const created = await change(fleet, to, errand, 'POST', `/${kind}/create`, body);
    if (!isDone(created.status)) return refusalText(created.body);
    anew = made(created);
  }
  const removed = await change(fleet, moved.from, errand, 'DELETE', `/${kind}/${own}`);
  if (isDone(removed.status)) return undefined;
  if (isOurs) await change(fleet, to, errand, 'DELETE', `/${kind}/${anew}`);
  return refusalText(removed.body);
}

/** What names it on the engine to which an earlier try has brought it. */
function madeAnew(view: FleetView, { kind, id }: MovedObject, to: string): string | undefined {
  if (kind === 'network') return formerNetworks(view, id).find(({ engine }) => engine === to)?.facts.id;
  return view.find(kind, id).some(({ engine }) => engine === to) ? encodeURIComponent(id) : undefined;
}

/** From the engine where it is, in that engine's newest version. Throws engine/bad-answer when it is refused. */
async function read(fleet: Fleet, { kind, name, from }: MovedObject, path: string): Promise<string> {
  const engine = healthyEngine(fleet.follower.view, from, `${kind} ${name}`);
  const { status, body } = await fleet.daemons.call(engine, {
    method: 'GET',
    path,
    apiVersion: engine.identity?.apiVersion ?? '',
    timeoutMs: readMs,
  });
  const text = body.toString('utf8');
  if (status === 200) return text;
  throw new BaleenError('engine/bad-answer', `GET ${path}: ${status} ${refusalText(text)}`);
}

/** Resolves with the engine's answer once the view has what it changed. */
async function change(
  fleet: Fleet,
  engine: string,
  { moved, term }: Errand,
  method: 'POST' | 'DELETE',
  path: string,
  body = '',
): Promise<EngineAnswer> {
  const touched: EngineRequest<'call'>['touched'] = moved.kind === 'network' ? { networks: true } : { volumes: true };
  const headers = body === '' ? {} : { 'content-type': 'application/json' };
  const request = { method, path, apiVersion: '', headers, body, touched, timeoutMs: changeMs, term };
  const { answer, sequence } = await fleet.commands.call(engine, request);
  await fleet.follower.reached(sequence);
  return answer;
}
