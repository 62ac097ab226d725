import { compareApiVersions } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import { fieldTooNew, refuseOnOlderEngine } from '../../relay/refuse-on-older-engine.ts';

/**
 * Of the copies those whose engines know every parameter of the request. Throws engine/too-old when no engine that has the image does, for
 * DELETE when one does not: it would remove more than was asked. The newest engine comes first when `manifests` asks for what older ones
 * do not tell.
 */
export function capableHolders(
  view: Pick<FleetView, 'engine'>,
  exchange: Pick<Exchange, 'method' | 'operation' | 'query' | 'apiVersion'>,
  copies: readonly FleetImage[],
): readonly FleetImage[] {
  const tooOld = copies.flatMap((copy) => {
    const engine = view.engine(copy.engine);
    return engine !== undefined && fieldTooNew(exchange, engineTarget(engine)) !== undefined ? [{ copy, engine }] : [];
  });
  const capable = copies.filter((copy) => !tooOld.some((known) => known.copy === copy));
  const [first] = tooOld;
  if (first !== undefined && (capable.length === 0 || exchange.method === 'DELETE'))
    refuseOnOlderEngine(exchange, engineTarget(first.engine));
  return exchange.query.has('manifests')
    ? capable.toSorted((left, right) => compareApiVersions(versionOf(right), versionOf(left)))
    : capable;

  function versionOf({ engine }: FleetImage): string {
    return view.engine(engine)?.identity?.apiVersion ?? '0';
  }
}
