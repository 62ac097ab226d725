import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FleetNode, subjects } from '#contracts';
import { engineRecord } from '#testing';
import { nodeId } from '../../fleet-view/node-id.ts';
import { idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
beforeEach(async () => {
  fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0' });
});
afterEach(() => fleet.close());

const drain = (key: string) =>
  fleet.put(subjects.node(key), { key, availability: 'drain', labels: { zone: 'b' }, version: 1, updatedAtMs: 1 });

async function states(): Promise<string[]> {
  const nodes = (await fleet.list('/baleen/nodes')).map((node) => FleetNode.parse(node));
  return nodes.map(({ name, state, reason }) => `${name} ${state}${reason === undefined ? '' : ` ${reason}`}`);
}

async function row(node: string, name: string): Promise<string | undefined> {
  const rows = (await fleet.ask('GET', '/info')).json()['SystemStatus'] as [string, string][];
  const at = rows.findIndex(([key]) => key === ` ${node}`);
  return rows.slice(at).find(([key]) => key === `  └ ${name}`)?.[1];
}

const agentHosts = async () => (await fleet.list('/baleen/nodes')).map((node) => FleetNode.parse(node).agentHost);

describe('the conditions of engines', () => {
  it('show an engine behind an agent as disconnected while nobody holds its lease, and as it was once the agent is back', async () => {
    const key = await fleet.agentNode('far', { connected: true });
    await fleet.container(key, idOf('a1'), 'web');
    expect([await states(), await agentHosts()]).toEqual([['far healthy'], [undefined]]);
    await fleet.log.delete(subjects.lease(`engine.${key}`));
    expect(await states()).toEqual([
      expect.stringMatching(/^far disconnected its agent has not been connected since 20.*Z: its/),
    ]);
    expect(await agentHosts()).toEqual(['far']);
    await fleet.log.delete(subjects.agent('far'));
    expect(await agentHosts()).toEqual([undefined]);
    expect([await row('far', 'Status'), await row('far', 'Error')]).toEqual([
      'Disconnected',
      expect.stringContaining('its agent'),
    ]);
    expect((await fleet.ask('GET', `/nodes/${nodeId(key)}`)).json()).toMatchObject({
      Status: { State: 'disconnected', Condition: 'disconnected', Message: expect.stringContaining('its agent') },
    });
    expect(await fleet.list('/containers/json?all=1')).toMatchObject([{ Status: expect.stringContaining('Host Down') }]);
    await fleet.put(subjects.lease(`engine.${key}`), { holder: 'agent-2' });
    expect(await states()).toEqual(['far healthy']);
  });

  it('leave an engine with an address as it was without an owner: what is shown may be old', async () => {
    const key = await fleet.node('node-1');
    await fleet.log.delete(subjects.lease(`engine.${key}`));
    expect([await states(), await row('node-1', 'Error')]).toEqual([
      ['node-1 healthy'],
      'no monitor watches this engine just now; what is shown may be old',
    ]);
  });

  it('show a healthy engine that is drained as drained, and one that fails as failing', async () => {
    await drain(await fleet.node('node-1'));
    await drain(await fleet.node('node-2', { state: 'unhealthy', reason: 'connection refused' }));
    expect(await states()).toEqual(['node-1 drained', 'node-2 unhealthy connection refused']);
    expect(await row('node-1', 'Status')).toBe('Drained');
  });

  it('say since when, when it is tried again, and how far a clock is off', async () => {
    const key = await fleet.node('node-1');
    const at = Date.parse('2026-01-01T00:00:00Z');
    const away = { state: 'unhealthy', reason: 'gone', sinceMs: at, nextRetryAtMs: at + 5_000, clockDeltaMs: 3_210 } as const;
    await fleet.put(subjects.engineInfo(key), engineRecord(key, away));
    const name = engineRecord(key).identity?.name ?? '';
    expect(await Promise.all(['Since', 'NextRetry', 'ClockSkew'].map((field) => row(name, field)))).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:05Z',
      '3.2 s behind',
    ]);
    expect((await fleet.ask('GET', '/info')).json()['Warnings']).toContainEqual(expect.stringContaining('is 3.2 s behind'));
  });

  it('are metrics on the operators’ listener', async () => {
    await fleet.node('node-1');
    await fleet.node('node-2', { state: 'unhealthy', reason: 'connection refused' });
    await states();
    const text = await fleet.askAdmin('/metrics');
    expect(text).toContain('baleen_engines{state="healthy"} 1\n');
    expect(text).toContain('baleen_engines{state="unhealthy"} 1\n');
    expect(text).toMatch(/baleen_engine_up\{node="node-2",address="[\d.:]+"\} 0\n/);
    expect(text).toMatch(/baleen_engine_state\{node="node-2",.*state="unhealthy"\} 1\n/);
    expect(await fleet.askAdmin('/baleen/nodes')).toContain('"node-2"');
  });
});

describe('docker node rm', () => {
  it('forgets the agent of a disconnected engine', async () => {
    const key = await fleet.agentNode('far', { connected: false });
    const asked = fleet.ask('DELETE', `/nodes/${nodeId(key)}`);
    await expect.poll(() => fleet.log.get(subjects.agent('far'))).toBeUndefined();
    // As discovery does then.
    await fleet.log.delete(subjects.member(key));
    expect((await asked).status).toBe(200);
  });

  it('refuses a connected engine, and one that discovery lists, and says what to do', async () => {
    const near = await fleet.agentNode('near', { connected: true });
    const listed = await fleet.node('node-1');
    const refused = await Promise.all([near, listed].map((key) => fleet.ask('DELETE', `/nodes/${nodeId(key)}`)));
    expect(refused.map(({ status, json }) => [status, json()['message']])).toEqual([
      [409, expect.stringContaining('is not disconnected: end its agent')],
      [409, expect.stringContaining('is listed by discovery (nodes): remove')],
    ]);
    expect(await fleet.log.get(subjects.agent('near'))).toBeDefined();
  });
});

it('a node update takes its keys in any case', async () => {
  const key = await fleet.node('node-1');
  const asked: unknown[] = [];
  await fleet.onScheduler('update-node', (request) => {
    asked.push({ availability: request.availability, labels: request.labels });
    return { ...request, version: 1, updatedAtMs: 2 };
  });
  const body = '{"availability":"drain","LABELS":{"zone":"b"},"role":"worker"}';
  expect((await fleet.ask('POST', `/nodes/${nodeId(key)}/update?version=0`, body)).status).toBe(200);
  expect(asked).toEqual([{ availability: 'drain', labels: { zone: 'b' } }]);
  expect((await fleet.ask('POST', `/nodes/${nodeId(key)}/update?version=0`, '{"Role":"worker","role":"manager"}')).status).toBe(
    400,
  );
});
