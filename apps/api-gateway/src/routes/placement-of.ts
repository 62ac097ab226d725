import { emptyPlacementRequest, type PlacementRequest } from '#contracts';

/** A request that asks for nothing but what is given: networks and volumes are placed by their labels and node alone. */
export function placementOf(wanted: Partial<PlacementRequest>): PlacementRequest {
  return { ...emptyPlacementRequest, ...wanted };
}
