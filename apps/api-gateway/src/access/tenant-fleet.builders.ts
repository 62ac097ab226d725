import { labels, type OwnerQuota } from '#contracts';
import { answerOf, containerFacts, idOf, TestFleet } from '../gateway.builders.ts';

export const [own, foreign, foreignImage] = ['aa', 'db', 'eb'].map(idOf) as [string, string, string];
const ownImage = idOf('ea');
const ownerOf = (tenant: string) => ({ labels: { [labels.owner]: tenant } });

/** One engine with objects of two tenants and of nobody, and what of requests comes as far as the engine and the scheduler. */
export type TenantFleet = {
  readonly fleet: TestFleet;
  /** What the owner of the engine was asked. */
  readonly commands: string[];
  /** Of creates and calls, as the engine gets them. */
  readonly bodies: Record<string, unknown>[];
  /** Came with what the scheduler was asked to grant. */
  readonly quotas: (OwnerQuota | undefined)[];
};

/** `policy`: a file. `isQuotaHeld`: whether the scheduler says that it keeps to quotas. */
export async function openTenantFleet(policy: string, isQuotaHeld = true): Promise<TenantFleet> {
  const fleet = await TestFleet.open({ policy, adminHosts: 'tcp://127.0.0.1:0' });
  const bed: TenantFleet = { fleet, commands: [], bodies: [], quotas: [] };
  const engine = await fleet.node('node-1', {
    daemon: ({ path }) => {
      if (path.startsWith('/exec/'))
        return { body: JSON.stringify({ ID: 'e', ContainerID: path.includes('own') ? own : foreign }) };
      if (path.startsWith('/networks/'))
        return { body: JSON.stringify({ Name: 'bridge', Containers: { [own]: {}, [foreign]: {} } }) };
      return { body: '{}' };
    },
  });
  await addObjects(fleet, engine);
  await answerForEngine(bed, engine);
  await fleet.grants(engine, { isQuotaHeld, heard: ({ quota }) => void bed.quotas.push(quota) });
  await fleet.onScheduler('resize', ({ operation, quota }) => {
    bed.quotas.push(quota);
    return { operation, term: 7, isQuotaHeld };
  });
  return bed;
}

async function addObjects(fleet: TestFleet, engine: string): Promise<void> {
  await fleet.container(engine, own, 'mine', ownerOf('team-a'));
  await fleet.container(engine, foreign, 'theirs', { ...ownerOf('team-b'), imageId: foreignImage });
  await fleet.container(engine, idOf('cc'), 'nobodys');
  await fleet.network(engine, idOf('d1'), 'net-a', ownerOf('team-a'));
  await fleet.network(engine, idOf('d2'), 'net-b', ownerOf('team-b'));
  await fleet.network(engine, idOf('d3'), 'bridge');
  await fleet.volume(engine, 'vol-a', ownerOf('team-a'));
  await fleet.volume(engine, 'vol-b', ownerOf('team-b'));
  await fleet.image(engine, `sha256:${ownImage}`, ['registry.test/team-a/app:latest']);
  await fleet.image(engine, `sha256:${foreignImage}`, ['registry.test/team-b/app:latest']);
}

async function answerForEngine({ fleet, commands, bodies }: TenantFleet, engine: string): Promise<void> {
  await fleet.onEngine(engine, 'call', async ({ method, path, body }) => {
    commands.push(`${method} ${path}`);
    if (body) bodies.push(JSON.parse(body) as Record<string, unknown>);
    return { answer: answerOf(201, { Id: 'x' }), sequence: await fleet.put('barrier.gateway-1', {}) };
  });
  await fleet.onEngine(engine, 'create', async ({ body }) => {
    const created = JSON.parse(body) as { Labels: Record<string, string>; HostConfig?: { Memory?: number } };
    bodies.push(created);
    const id = idOf(`c9${bodies.length}`);
    const resources = { ...containerFacts(id, '', {}).resources, memoryBytes: created.HostConfig?.Memory ?? 0 };
    const sequence = await fleet.container(engine, id, `new-${bodies.length}`, { labels: created.Labels, resources });
    return { answer: answerOf(201, { Id: id }), container: id, sequence };
  });
}

/** A create; a body that is no text is made JSON. */
export function createAs({ fleet }: TenantFleet, token: string, body: object | string) {
  return fleet.askAs(token, 'POST', '/containers/create', typeof body === 'string' ? body : JSON.stringify(body));
}
