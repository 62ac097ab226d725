import { BaleenError } from '#contracts';
import { compareApiVersions } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { findImages } from '../../fleet-view/lookup/image-lookup.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix } from '../engine-answer.ts';

/** The first API version with attestations (Engine 29.6). */
const firstVersion = '1.55';
const attestationsMs = 30_000;

/** GET /images/{name}/attestations: asked of a holder that knows them; 501 when none does, as older engines have no such route. */
export function imageAttestationsRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/images/{name}/attestations',
    semantics: 'image',
    access: needs('read'),
    note: `a holder of API ${firstVersion} or newer, else 501`,
    handle: async (exchange) => {
      const reference = exchange.param('name');
      const view = await currentView(fleet);
      const { engine, id } = capableHolder(view, reference);
      const { status, body } = await fleet.daemons.call(engine, {
        method: 'GET',
        path: `/images/${id}/attestations${querySuffix(exchange.rawQuery)}`,
        apiVersion: engine.identity?.apiVersion ?? firstVersion,
        timeoutMs: attestationsMs,
        signal: exchange.signal,
      });
      exchange.respond(status, body);
    },
  };
}

function capableHolder(view: FleetView, reference: string): { engine: FleetEngine; id: string } {
  const holders = findImages(view, reference).flatMap(({ engine: key, facts }) => {
    const engine = view.engine(key);
    return engine === undefined ? [] : [{ engine, id: facts.id }];
  });
  const capable = holders.find(
    ({ engine }) => engine.isHealthy && compareApiVersions(engine.identity?.apiVersion ?? '0', firstVersion) >= 0,
  );
  if (capable !== undefined) return capable;
  const nodes = holders.map(({ engine }) => `${engine.name} (API ${engine.identity?.apiVersion ?? 'unknown'})`).join(', ');
  throw new BaleenError(
    'request/not-served',
    `attestations need an engine of API ${firstVersion} or newer; ${reference} is on ${nodes}`,
  );
}
