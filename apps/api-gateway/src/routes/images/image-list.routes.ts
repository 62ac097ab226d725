import { BaleenError } from '#contracts';
import { imageRow as asImage, compareApiVersions, elements } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { booleanFilter, type ListFilters, parseFilters } from '../list-filters.ts';
import { respondArray } from '../respond-array.ts';
import { imageFilters } from './image-filters.ts';
import { allImagesAnswer, imageRow, selectImages } from './image-list.ts';
import { withOwnContainers } from './own-image-names.ts';

/** Shared sizes make an engine walk all its layers. */
const liveListMs = 60_000;
/** Parameters that ask for what is not in the log: layers between images, sizes that images share, their platforms. */
const liveFlags = ['all', 'shared-size', 'manifests', 'identity'];

/** GET /images/json: from the view; with `all`, `shared-size`, `manifests` or `identity` from the engines. */
export function imageListRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/images/json',
    semantics: 'aggregate',
    access: needs('read'),
    note: 'each image once, with the names of all copies; all, shared-size, manifests and identity are asked of engines',
    handle: async (exchange) => {
      const filters = filtersOf(exchange);
      const view = await currentView(fleet);
      const flags = liveFlagsOf(exchange, filters);
      if (flags.length === 0 && filters.size === 0) return exchange.respond(200, allImagesAnswer(view, exchange.apiVersion));
      const copies = flags.length === 0 ? view.objects('image') : await liveImages(fleet, view, exchange, flags);
      const images = selectImages(view, copies, filters, fleet.clock.nowMs());
      const options = { filters, apiVersion: exchange.apiVersion, view };
      await respondArray(
        exchange,
        images.map((image) => imageRow(image, options)),
      );
    },
  };
}

/** Of what dangles, `all` is no more: engines look at images without children only, and layers between images have some. */
function liveFlagsOf(exchange: Exchange, filters: ListFilters): readonly string[] {
  const flags = liveFlags.filter((flag) => exchange.flag(flag));
  return booleanFilter(filters, 'dangling') === true ? flags.filter((flag) => flag !== 'all') : flags;
}

/** The last API version that reads `filter`, a reference by itself. */
const lastWithFilter = '1.40';

function filtersOf({ query, apiVersion }: Exchange): ListFilters {
  const filters = parseFilters(query.get('filters'), imageFilters);
  const reference = query.get('filter');
  if (!reference || compareApiVersions(apiVersion, lastWithFilter) > 0) return filters;
  return new Map([...filters, ['reference', [...(filters.get('reference') ?? []), reference]]]);
}

/** What healthy engines list under these flags; of one that does not answer, what the view has. */
async function liveImages(fleet: Fleet, view: FleetView, exchange: Exchange, flags: readonly string[]): Promise<FleetImage[]> {
  const path = `/images/json?${flags.map((flag) => `${flag}=1`).join('&')}`;
  const lists = await Promise.all(
    view.visible().map(async (engine) => {
      const known = [...engine.shelves.image.values()];
      return engine.isHealthy ? ((await imagesOf(fleet, exchange, engine, path)) ?? known) : known;
    }),
  );
  return lists.flat().flatMap((image) => {
    const facts = view.narrowed('image', image.facts);
    if (facts === undefined) return [];
    return fleet.scope === undefined ? [image] : [{ ...image, facts, summary: withOwnContainers(image.summary, view) }];
  });
}

async function imagesOf(fleet: Fleet, exchange: Exchange, engine: FleetEngine, path: string): Promise<FleetImage[] | undefined> {
  const { apiVersion, signal } = exchange;
  try {
    const { status, body } = await fleet.daemons.call(engine, { method: 'GET', path, apiVersion, timeoutMs: liveListMs, signal });
    if (status !== 200) throw new BaleenError('engine/bad-answer', `node ${engine.name} answers ${status} to its images`);
    return [...elements(body)].map((bytes) => {
      const { facts, summary } = asImage(bytes);
      return { kind: 'image', engine: engine.key, stamp: { epoch: 0, sequence: 0 }, facts, summary };
    });
  } catch (error) {
    if (!(error instanceof BaleenError || error instanceof SyntaxError)) throw error;
    fleet.logger.warn({ engine: engine.key, reason: error.message }, 'an engine does not list its images');
    return undefined;
  }
}
