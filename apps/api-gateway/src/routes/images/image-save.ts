import { BaleenError } from '#contracts';
import { currentView, type Fleet } from '../../fleet.ts';
import { daemonStandingOf, whileStanding } from '../../fleet-view/engine-standing.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { relayBulk } from '../../relay/relay-bulk.ts';
import { querySuffix } from '../engine-answer.ts';
import { capableHolders } from './capable-holders.ts';
import { transfer, transferHeadMs } from './engine-transfer.ts';
import { ensureImage } from './ensure-image.ts';
import { heldImages } from './held-images.ts';
import { meantImages } from './meant-images.ts';

/** Each is looked up, and those that are missing brought, before the first byte goes out. */
const namesMax = 256;

/**
 * GET /images/get: from one engine, since only one engine can write them into one archive. It is the one that has most of them, and
 * what it lacks is brought there first.
 */
export async function saveForClient(
  fleet: Fleet,
  caller: EngineCaller,
  exchange: Exchange,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) throw new BaleenError('request/invalid', 'no image names were given');
  if (names.length > namesMax) throw new BaleenError('request/invalid', `at most ${namesMax} images are saved into one archive`);
  const view = await currentView(fleet);
  const holders = new Map<string, Set<string>>();
  for (const name of names) {
    const meant = await meantImages(fleet, await heldImages(fleet, view, name, exchange), exchange);
    holders.set(name, new Set(capableHolders(view, exchange, meant).map((image) => image.engine)));
  }
  const held = (engine: FleetEngine) => names.filter((name) => holders.get(name)?.has(engine.key)).length;
  const [engine] = view.healthy().toSorted((left, right) => held(right) - held(left));
  if (engine === undefined || held(engine) === 0)
    throw new BaleenError('engine/unhealthy', `${names.join(', ')}: no node that has it answers`);
  const { apiVersion, signal } = exchange;
  for (const reference of names.filter((name) => !holders.get(name)?.has(engine.key))) {
    const known = await ensureImage(fleet, engine, { reference, platform: '', apiVersion, caller: exchange.caller }, signal);
    if (known !== reference) throw unnamed(reference, engine);
  }
  if (exchange.input === undefined) {
    await transfer(fleet, exchange, engine, { method: 'GET', path: `${exchange.path}${querySuffix(exchange.rawQuery)}` });
    return;
  }
  const standing = () => daemonStandingOf(fleet.follower.view, engine.key);
  await whileStanding(standing, fleet.clock, (lost) =>
    relayBulk(caller, exchange, {
      engine: engineTarget(engine),
      path: exchange.path,
      headTimeoutMs: transferHeadMs,
      lost,
    }),
  );
}

function unnamed(reference: string, engine: FleetEngine): BaleenError {
  const message = `${reference} is not on node ${engine.name}, which has the other images, and cannot be brought there by digest; save it by itself`;
  return new BaleenError('request/invalid', message);
}
