import type { BaleenError, SchedulerRequest } from '#contracts';
import type { Offer } from '../decisions/judge.ts';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import { nameTaken, networkExists } from './conflicts.ts';

type PlaceRequest = SchedulerRequest<'place'>;

/**
 * Somebody else has the name, or is being given it. Container names and network names are unique in the fleet; `replaces` is the
 * container whose name is taken over. A volume's name is no conflict: creating it again is how one asks for it.
 */
export function nameConflict(
  ledger: FleetLedger,
  { operation, request, kind, isPinned }: Pick<PlaceRequest, 'operation' | 'request' | 'kind' | 'isPinned'>,
  replaces = '',
): BaleenError | undefined {
  if (request.name === '' || kind === 'volume' || isPinned) return undefined;
  const self = { container: replaces, operation };
  if (kind === 'network') return ledger.networkNames.heldByOther(request.name, self) ? networkExists(request.name) : undefined;
  const holder = ledger.containerNames.heldByOther(request.name, self);
  return holder === undefined ? undefined : nameTaken(request.name, holder);
}

/** A network for one node: that node has the name, or is just making it. */
export function isTakenOn(ledger: FleetLedger, { kind, request, isPinned }: PlaceRequest, key: string): boolean {
  if (kind !== 'network' || !isPinned) return false;
  const engine = ledger.engine(key);
  return engine?.hasNetwork(request.name) === true || engine?.makes('network', request.name) === true;
}

/** Where a volume lives or is being made it stays: creating one is idempotent, and a second of its name would split its data. */
export function offerFor(ledger: FleetLedger, command: PlaceRequest): Offer {
  const { only, exclude, request, kind, isPinned } = command;
  if (kind !== 'volume' || request.name === '' || isPinned) return { only, exclude };
  const holders = ledger.enginesWithVolume(request.name).filter((engine) => offers(command, engine));
  return holders.length > 0 ? { only: holders, exclude } : { only, exclude };
}

export function offers(command: Pick<PlaceRequest, 'only' | 'exclude'>, engine: string): boolean {
  return !command.exclude.includes(engine) && (command.only.length === 0 || command.only.includes(engine));
}
