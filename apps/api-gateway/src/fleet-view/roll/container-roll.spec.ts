import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { collectGarbage } from '#service-shell';
import { containerFacts } from '#testing';
import { ContainerRoll } from './container-roll.ts';
import { FleetContainer, newerFirst } from './fleet-container.ts';

const created = fc.integer({ min: 0, max: 9 });
const which = fc.nat();
const changes = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('add' as const), created }),
    fc.record({ kind: fc.constantFrom('remove', 'return', 'touch'), which }),
    fc.record({ kind: fc.constant('replace' as const), which, created }),
    fc.record({ kind: fc.constant('look' as const) }),
  ),
  { maxLength: 200, size: 'max' },
);

const newContainer = (id: string, createdAtMs: number) =>
  new FleetContainer('e', { epoch: 1, sequence: 1 }, containerFacts(id, { createdAtMs }), Buffer.from('{}'));

it('has whoever was added and not removed, in their order, whenever somebody looks', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const roll = new ContainerRoll();
      const present: FleetContainer[] = [];
      let made = 0;
      const expectOrder = () => expect([...roll.containers()]).toEqual(present.toSorted(newerFirst));
      for (const change of all) {
        if (change.kind === 'look') expectOrder();
        else if (change.kind === 'add') {
          made += 1;
          const container = newContainer(`c${made}`, change.created);
          present.push(container);
          roll.add(container);
        } else {
          const at = present.length === 0 ? -1 : change.which % present.length;
          const current = present[at];
          if (current === undefined) continue;
          if (change.kind === 'touch') roll.touch(current);
          else if (change.kind === 'replace') {
            const next = newContainer(current.facts.id, change.created);
            present[at] = next;
            roll.replace(current, next);
          } else {
            roll.remove(current);
            if (change.kind === 'remove') present.splice(at, 1);
            else roll.add(current);
          }
        }
      }
      expectOrder();
    }),
  );
});

it('keeps nothing of what was removed or replaced before anybody looked', async () => {
  const roll = new ContainerRoll();
  const gone = changesUnseen(roll);
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  expect(gone.filter((one) => one.deref() !== undefined)).toEqual([]);
  expect([...roll.containers()]).toHaveLength(1);
});

/** In a function of its own, whose variables are gone with it. */
function changesUnseen(roll: ContainerRoll): WeakRef<FleetContainer>[] {
  const gone: WeakRef<FleetContainer>[] = [];
  let current = newContainer('stays', 0);
  roll.add(current);
  for (let round = 0; round < 100; round++) {
    const [next, short] = [newContainer('stays', 0), newContainer(`short-${round}`, 0)];
    gone.push(new WeakRef(current), new WeakRef(short));
    roll.add(short);
    roll.replace(current, next);
    roll.remove(short);
    current = next;
  }
  return gone;
}
