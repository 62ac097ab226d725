import { labels } from '#contracts';
import { answerOf, idOf, TestFleet } from '../gateway.builders.ts';
import { policyFile, policyText } from './policy.builders.ts';

export const ownerOf = (tenant: string) => ({ labels: { [labels.owner]: tenant } });

/** A container of alice's tenant and one of another. */
export const [own, foreign] = ['aa', 'db'].map(idOf) as [string, string];

/** One engine of two tenants' containers, networks and volumes, and what of requests comes as far as the engine. */
export type BypassFleet = {
  readonly fleet: TestFleet;
  readonly engine: string;
  /** Of creates and calls, as the engine gets them. */
  readonly bodies: string[];
  /** Targets of calls. */
  readonly commands: string[];
};

/** `tenants` as of `policyText`. */
export async function openBypassFleet(tenants: Record<string, object> = {}): Promise<BypassFleet> {
  const [bodies, commands]: [string[], string[]] = [[], []];
  const fleet = await TestFleet.open({ policy: policyFile(policyText(tenants)) });
  const engine = await fleet.node('node-1', { daemon: () => ({ body: '{}' }) });
  await fleet.container(engine, own, 'mine', ownerOf('team-a'));
  await fleet.container(engine, foreign, 'theirs', ownerOf('team-b'));
  await fleet.network(engine, idOf('d1'), 'net-a', ownerOf('team-a'));
  await fleet.network(engine, idOf('d2'), 'net-b', ownerOf('team-b'));
  await fleet.network(engine, idOf('d3'), 'bridge');
  await fleet.network(engine, idOf('d4'), 'host', { driver: 'host' });
  await fleet.volume(engine, 'vol-a', ownerOf('team-a'));
  await fleet.onEngine(engine, 'call', async ({ method, path, body }) => {
    commands.push(`${method} ${path}`);
    if (body) bodies.push(body);
    return { answer: answerOf(201, { Id: 'x' }), sequence: await fleet.put('barrier.gateway-1', {}) };
  });
  await fleet.onEngine(engine, 'create', async ({ body }) => {
    bodies.push(body);
    const id = idOf(`c9${bodies.length}`);
    const created = JSON.parse(body) as { Labels: Record<string, string> };
    const sequence = await fleet.container(engine, id, `new-${bodies.length}`, { labels: created.Labels });
    return { answer: answerOf(201, { Id: id }), container: id, sequence };
  });
  await fleet.grants(engine);
  return { fleet, engine, bodies, commands };
}

/** Status and message of a create of alice's. */
export async function createOf({ fleet }: BypassFleet, body: object | string): Promise<[number, unknown]> {
  const text = typeof body === 'string' ? body : JSON.stringify({ Image: 'busybox', ...body });
  const { status, json } = await fleet.askAs('alice', 'POST', '/containers/create', text);
  return [status, json()['message']];
}
