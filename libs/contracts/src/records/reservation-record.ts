import { z } from 'zod';
import { PublishedPort } from '../publishing.ts';
import { MovedObject } from './moved-object.ts';
import { PlacementRequest } from './placement-request.ts';

/**
 * `reservation.<operation>`: a granted hold on an engine's capacity, ports, devices and on a name.
 * Written by the leader under its lease, with a TTL that the gateway renews while the create is in flight.
 * granted → confirmed (the container's record with the operation label is seen; the record is deleted) | released | expired.
 */
export const ReservationRecord = z.object({
  operation: z.string(),
  kind: z.enum(['create', 'rename', 'resize', 'network', 'volume', 'move']),
  engine: z.string(),
  /** Sequence of the leader's lease when it took it: the term. */
  term: z.number(),
  /** Name held cluster-wide; empty = none. */
  name: z.string(),
  /** The container that is renamed or resized; empty for a create. */
  container: z.string(),
  request: PlacementRequest,
  /** Devices granted, concrete ids where the engine lists them. */
  devices: z.array(z.string()),
  /** Host ports granted, on an engine whose ports the gateways publish. */
  published: z.array(PublishedPort).default([]),
  /** What comes along: from the grant on it lives on `engine` and nowhere else. */
  moves: z.array(MovedObject).default([]),
  grantedAtMs: z.number(),
});
export type ReservationRecord = z.infer<typeof ReservationRecord>;
