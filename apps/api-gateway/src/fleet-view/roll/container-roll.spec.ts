import * as fc from 'fast-check';
import { expect, it } from 'vitest';
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

it('has whoever was added and not removed, in their order, whenever somebody looks', () => {
  fc.assert(
    fc.property(changes, (all) => {
      const roll = new ContainerRoll();
      const present: FleetContainer[] = [];
      let made = 0;
      const newContainer = (id: string, createdAtMs: number) =>
        new FleetContainer('e', { epoch: 1, sequence: 1 }, containerFacts(id, { createdAtMs }), Buffer.from('{}'));
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
