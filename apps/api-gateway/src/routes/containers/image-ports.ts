import { isPublishedAtGateway, type PlacementRequest } from '#contracts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { Exchange } from '../../http/exchange.ts';
import { imageConfig } from './image-config.ts';

/** A request with PublishAllPorts and the ports that its image exposes: they are drawn before the create where ports are the fleet's. */
export async function withImagePorts(fleet: Fleet, exchange: Exchange, request: PlacementRequest): Promise<PlacementRequest> {
  const view = await currentView(fleet);
  if (!view.members().some(({ address }) => isPublishedAtGateway(fleet.config.publish, address))) return request;
  const { exposedPorts = [] } = (await imageConfig(fleet, exchange, request.image)) ?? {};
  return { ...request, exposedPorts: [...new Set([...request.exposedPorts, ...exposedPorts])] };
}
