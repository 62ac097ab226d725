import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import type { RollBlock } from '../../fleet-view/roll/roll-block.ts';
import type { ContainerSelection } from './container-list.ts';
import type { ContainerRows } from './container-rows.ts';

/** A block of which fewer rows than one in so many are shown is not made for their sake: each is made by itself. */
const sparse = 8;

/** The containers that the list shows, in its order. */
export function* selected(view: FleetView, { among, isShown, limit }: ContainerSelection): Generator<FleetContainer> {
  let left = limit;
  for (const container of among ?? view.roll.containers()) {
    if (left === 0) return;
    if (isShown?.(container) === false) continue;
    left -= 1;
    yield container;
  }
}

/** Their rows, those that stand behind one another as one piece; right as of `nowMs`, and never changed afterwards. */
export function* listRows(
  view: FleetView,
  rows: ContainerRows,
  selection: ContainerSelection,
  nowMs: number,
): Generator<Buffer | readonly Buffer[]> {
  if (selection.among !== undefined) {
    for (const container of selected(view, selection)) yield rows.row(view, container, nowMs);
    return;
  }
  let left = selection.limit;
  for (const block of view.roll.blocks) {
    if (left <= 0) return;
    const runs = runsIn(block, selection.isShown, left);
    const count = runs.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    left -= count;
    if (count > 0) yield* rowsOf(view, rows, block, runs, count, nowMs);
  }
}

type Run = readonly [first: number, last: number];

function* rowsOf(
  view: FleetView,
  rows: ContainerRows,
  block: RollBlock,
  runs: readonly Run[],
  count: number,
  nowMs: number,
): Generator<Buffer | readonly Buffer[]> {
  const isSparse = count * sparse < block.containers.length;
  if (!isSparse) {
    rows.block(view, block, nowMs);
    for (const [first, last] of runs) yield rows.part(block, first, last);
    return;
  }
  for (const [first, last] of runs)
    for (const container of block.containers.slice(first, last + 1)) yield rows.row(view, container, nowMs);
}

/** Places of the block's containers that are shown, at most so many, as runs. */
function runsIn({ containers }: RollBlock, isShown: ContainerSelection['isShown'], max: number): Run[] {
  if (isShown === undefined) return [[0, Math.min(containers.length, max) - 1]];
  const runs: [number, number][] = [];
  let count = 0;
  for (let place = 0; place < containers.length && count < max; place++) {
    const container = containers[place];
    if (container === undefined || !isShown(container)) continue;
    count += 1;
    const run = runs.at(-1);
    if (run !== undefined && run[1] === place - 1) run[1] = place;
    else runs.push([place, place]);
  }
  return runs;
}
