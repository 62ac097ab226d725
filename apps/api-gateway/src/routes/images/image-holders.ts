import { BaleenError } from '#contracts';
import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import { capableHolders } from './capable-holders.ts';
import { heldImages } from './held-images.ts';
import { meantImages } from './meant-images.ts';

export type Holder = { readonly engine: FleetEngine; readonly image: FleetImage };

/**
 * Asks engines that have the image that `reference` means, one after another, until one answers: a dead engine must not hide an image
 * that others have. Throws request/not-found in the daemon's words, and the first failure when none answers.
 */
export async function onFirstHolder<T>(
  fleet: Fleet,
  exchange: Exchange,
  reference: string,
  ask: (holder: Holder) => Promise<T>,
): Promise<T> {
  const view = await currentView(fleet);
  const meant = await meantImages(fleet, await heldImages(fleet, view, reference, exchange), exchange);
  let failure: unknown;
  for (const image of capableHolders(view, exchange, meant)) {
    try {
      return await ask({ engine: healthyEngine(view, image.engine, `image ${reference}`), image });
    } catch (error) {
      // What has begun to go out cannot be begun again.
      if (!(error instanceof BaleenError) || exchange.response.headersSent) throw error;
      failure ??= error;
    }
  }
  throw failure;
}
