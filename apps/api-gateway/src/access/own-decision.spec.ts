import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DecisionRecord, labels, noticeOf, subjects } from '#contracts';
import { idOf, TestFleet } from '../gateway.builders.ts';
import { ownNotice } from './own-decision.ts';
import { policyFile } from './policy.builders.ts';

let fleet: TestFleet;
let [here, elsewhere] = ['', ''];
beforeEach(async () => {
  fleet = await TestFleet.open({ policy: policyFile(), adminHosts: 'tcp://127.0.0.1:0' });
  [here, elsewhere] = [await fleet.node('node-1'), await fleet.node('node-2')];
});
afterEach(() => fleet.close());

function decision(over: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    operation: 'op-1',
    name: 'mine',
    image: 'busybox',
    owner: 'team-a',
    strategy: 'spread',
    pass: 'soft',
    chosen: here,
    chosenNode: 'node-1',
    candidates: [
      { engine: here, node: 'node-1', score: 17 },
      { engine: elsewhere, node: 'node-2', refusedBy: 'port', reason: 'port 80 is already allocated' },
    ],
    cause: 'create',
    atMs: 1,
    ...over,
  };
}
/** Of a container `mine` that bears this owner's label. */
async function keep(record: DecisionRecord, owner = 'team-a'): Promise<void> {
  await fleet.container(here, idOf('a1'), 'mine', { labels: { [labels.owner]: owner, [labels.operation]: record.operation } });
  await fleet.put(subjects.decision(record.operation), record);
}
const explained = async (token: string, reference: string) => {
  const { status, json } = await fleet.askAs(token, 'GET', `/baleen/decisions/${reference}`);
  return { status, body: json() };
};
const unknown = (reference: string) => ({ status: 404, body: { message: `no decision is kept for ${reference}` } });

describe('why a container is where it is', () => {
  it('its tenant is told: the engine that was chosen, nothing of the others, and not how full it is', async () => {
    await keep(decision());
    const shown = { ...decision(), candidates: [{ engine: here, node: 'node-1' }] };
    for (const reference of ['mine', 'node-1%2Fmine', idOf('a1').slice(0, 12), 'op-1'])
      expect(await explained('alice', reference)).toEqual({ status: 200, body: shown });
    expect(await explained('anna', 'mine')).toEqual({ status: 200, body: shown });
    expect(await explained('ops', 'mine')).toEqual({ status: 200, body: decision() });
  });

  it('nobody of another tenant is told, by whatever reference, nor whether there is anything to tell', async () => {
    await keep(decision());
    for (const reference of ['mine', 'node-1%2Fmine', idOf('a1'), 'op-1', 'nothing'])
      expect(await explained('bob', reference)).toEqual(unknown(decodeURIComponent(reference)));
  });

  it.each<[string, string | undefined]>([
    ['another’s', 'team-b'],
    ['nobody’s', undefined],
  ])('a tenant is not told by a container of its own whose label leads to a decision that is %s', async (_, owner) => {
    const { owner: _owner, ...rest } = decision();
    await keep({ ...rest, ...(owner !== undefined && { owner }) });
    expect(await explained('alice', 'mine')).toEqual(unknown('mine'));
    expect(await explained('alice', 'op-1')).toEqual(unknown('op-1'));
  });

  it('a tenant is not told of what was placed for it and is another’s now, by the container', async () => {
    await keep(decision(), 'team-b');
    expect(await explained('alice', 'mine')).toEqual(unknown('mine'));
  });
});

describe('why a container is nowhere', () => {
  const { chosen: _chosen, chosenNode: _node, ...nowhere } = decision({ name: 'web' });

  it('its tenant is told in the words of the answer to its create, by the name that it asked for', async () => {
    const record = { ...nowhere, failure: 'no resources available: memory' };
    await fleet.put(subjects.decision('web'), record);
    expect(await explained('alice', 'web')).toEqual({ status: 200, body: { ...record, candidates: [] } });
    expect(await explained('bob', 'web')).toEqual(unknown('web'));
  });

  it('a tenant is not told who has the name that it asked for, in a decision or in what the dashboard is told', async () => {
    const failure = 'The container name "/web" is already in use by container "f00".';
    const record = { ...nowhere, candidates: [], failure };
    await fleet.put(subjects.decision('web'), record);
    const { status, body } = await explained('alice', 'web');
    expect(status).toBe(200);
    const notice = ownNotice(noticeOf(record), 'team-a');
    expect(notice).toMatchObject({ name: 'web', owner: 'team-a' });
    for (const told of [body, notice]) expect(JSON.stringify(told)).not.toContain('f00');
    expect(ownNotice(noticeOf(record), 'team-b')).toBeUndefined();
  });

  it('a tenant is not told what other engines have free: neither as it happens, nor why a container of its own is not moved', async () => {
    const notice = ownNotice(noticeOf(decision()), 'team-a');
    expect(notice).toMatchObject({ node: 'node-1', refusals: [] });
    expect(notice).not.toHaveProperty('score');
    const record = { ...nowhere, cause: 'reschedule: node-2 failed', failure: 'at most 1 GiB free on node-3' };
    await fleet.put(subjects.decision('web'), record);
    expect(JSON.stringify(await explained('alice', 'web'))).not.toContain('node-3');
  });
});
