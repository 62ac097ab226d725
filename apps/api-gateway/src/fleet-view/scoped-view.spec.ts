import { describe, expect, it } from 'vitest';
import { encodeObject, labels, subjects } from '#contracts';
import { containerFacts, engineIdentity, engineRecord } from '#testing';
import { FleetView } from './fleet-view.ts';
import type { FleetContainer } from './roll/fleet-container.ts';
import type { ViewScope } from './view-scope.ts';

const scope: ViewScope = {
  tenant: 'a',
  narrowed: (_, facts) => (facts.labels[labels.owner] === 'a' ? facts : undefined),
};
const id = (digit: string) => digit.repeat(64);

function filled() {
  const view = new FleetView(
    (subject, error) => expect.fail(`${subject}: ${String(error)}`),
    () => 0,
  );
  let sequence = 0;
  const apply = (subject: string, payload: Buffer | undefined) => view.apply({ subject, payload, sequence: (sequence += 1) });
  const put = (digit: string, owner: string) => {
    const facts = containerFacts(id(digit), { names: [`c-${digit}`], labels: { [labels.owner]: owner } });
    const summary = Buffer.from(`{"Id":"${id(digit)}","Ports":[{"PublicPort":80}]}`);
    apply(subjects.container('e1', id(digit)), encodeObject({ epoch: 1, facts, summary }));
  };
  apply(subjects.member('e1'), Buffer.from(JSON.stringify({ key: 'e1', address: '10.0.0.1:2375', source: 'nodes' })));
  apply(subjects.engineInfo('e1'), Buffer.from(JSON.stringify(engineRecord('e1', { identity: engineIdentity('node-1') }))));
  put('1', 'a');
  put('2', 'b');
  return { view, put, remove: (digit: string) => apply(subjects.container('e1', id(digit)), undefined) };
}
const shown = (view: FleetView) => [...view.roll.containers()].map(({ facts }) => facts.names[0]).toSorted();

describe('a part of the view', () => {
  it('has what its scope shows, of before and from then on, and the whole is as it was', () => {
    const { view, put, remove } = filled();
    const part = view.scoped(scope);
    expect([shown(part), shown(view)]).toEqual([['c-1'], ['c-1', 'c-2']]);
    put('3', 'a');
    put('4', 'b');
    remove('1');
    expect([shown(part), shown(view)]).toEqual([['c-3'], ['c-2', 'c-3', 'c-4']]);
    expect([part.containersWithId(id('4')), [...part.containersStartingWith('4')]]).toEqual([[], []]);
    expect(part.containersLabelled(labels.owner).flatMap((set) => [...set])).toHaveLength(1);
  });

  it('is one as long as it is not forgotten', () => {
    const { view, put } = filled();
    const part = view.scoped(scope);
    expect(view.scoped(scope)).toBe(part);
    view.forget(scope);
    put('3', 'a');
    expect([shown(part), shown(view.scoped(scope))]).toEqual([['c-1'], ['c-1', 'c-3']]);
  });

  it('takes an entry over as the daemon wrote it, however it was shown', () => {
    const { view } = filled();
    const [container] = view.containersWithId(id('1')) as [FleetContainer];
    const bytes = Buffer.from(`{"Id":"${id('1')}","Ports":[{"PublicPort":61000}],"Status":"Up"}`);
    const engine = view.engine('e1');
    if (engine === undefined) throw new Error('the engine is known');
    const cuts = { start: 0, statusStart: 1, statusEnd: 1, end: bytes.length };
    container.showAs({ bytes, ...cuts, untilMs: 1, face: engine.face, ports: '[{"PublicPort":80}]' });
    const [own] = view.scoped(scope).containersWithId(id('1'));
    expect(JSON.parse(own?.summary.toString('utf8') ?? '')).toMatchObject({ Ports: [{ PublicPort: 80 }] });
  });
});
