import { subjects } from '#contracts';
import type { World } from '../fleet/world.ts';

/** After an acknowledgement gateways are looked at: at once, and while a newcomer, a dead one's lease or an old renewal would matter. */
const looksMs = [0, 1, 30, 300, 900] as const;

/** What a gateway has answered of a container, where the log has it up to this place. */
type Acknowledgement = { readonly id: string; readonly upTo: number };

/**
 * What one gateway has acknowledged of a container is in the view of every gateway that answers reads without a barrier
 * (docs/adr/0029), for as long as it is the last that the log says of it. Looks are counted in `tally`.
 */
export function lookEverywhere(world: World, { id: container, upTo }: Acknowledgement, tally: Map<string, number>): void {
  const acknowledged = lastOf(world, container);
  // An owner that could not read the engine after a call answers what the engine said, and no place that has it.
  if (acknowledged === undefined || acknowledged.sequence > upTo) return;
  const [, engine = ''] = acknowledged.subject.split('.');
  const hasIt = acknowledged.payload !== undefined;
  const look = () => {
    for (const gateway of world.gateways())
      gateway.look(engine, container, (has) => {
        const isOver = world.checker.isLogLost || lastOf(world, container)?.sequence !== acknowledged.sequence;
        if (isOver) return;
        const sight = has === undefined ? 'behind a barrier' : 'at once';
        tally.set(`look ${sight}`, (tally.get(`look ${sight}`) ?? 0) + 1);
        if (has === undefined || has === hasIt) return;
        const { name } = gateway.process;
        world.checker.violated(`${name} answers at once ${hasIt ? 'without' : 'still with'} container ${container.slice(0, 6)}`);
      });
  };
  for (const afterMs of looksMs) {
    if (afterMs === 0) look();
    else world.clock.after(afterMs, look);
  }
}

function lastOf({ network }: World, container: string) {
  return network
    .newestOf(subjects.container('*', container))
    .toSorted((a, b) => a.sequence - b.sequence)
    .at(-1);
}
