import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf } from '../gateway.builders.ts';
import { allRoutes } from '../routes/all-routes.ts';
import { namedObject } from './named-objects.ts';
import { policyFileIn, policyText } from './policy.builders.ts';
import { foreign, foreignImage, openTenantFleet, type TenantFleet } from './tenant-fleet.builders.ts';

/** Stands for whatever routes are made with: here they are only listed. */
const inert: never = new Proxy(() => inert, { get: () => inert, apply: () => inert, construct: () => inert }) as never;

describe('a tenant', () => {
  /** One for all: what is refused changes nothing. */
  let bed: TenantFleet;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-policy-'));
    bed = await openTenantFleet(policyFileIn(folder, policyText()));
  });
  afterAll(async () => {
    await bed.fleet.close();
    rmSync(folder, { recursive: true });
  });

  const foreignNames: Record<string, string[]> = {
    container: ['theirs', 'node-1/theirs', foreign, foreign.slice(0, 12), 'db', 'nobodys'],
    network: ['net-b', 'node-1/net-b', idOf('d2'), 'd2'],
    volume: ['vol-b', 'node-1/vol-b'],
    image: ['registry.test/team-b/app', foreignImage, `sha256:${foreignImage}`, 'eb'],
    exec: ['foreign'],
  };
  const routes = allRoutes({ fleet: inert, events: inert, locator: inert, caller: inert });
  const named = routes.flatMap((route) => {
    const object = namedObject(route.path);
    return object === undefined ? [] : [{ route, object }];
  });
  it.each(named.map(({ route, object }) => [route.method, route.path, object] as const))(
    'cannot name another’s object: %s %s',
    async (method, path, { param, kind }) => {
      const { fleet, commands } = bed;
      for (const name of foreignNames[kind] ?? []) {
        fleet.asked.length = 0;
        const target = path.replace(`{${param}}`, name).replace(/\{\w+\}/g, 'x');
        const body = method === 'POST' ? JSON.stringify({ Container: 'mine' }) : undefined;
        const { status } = await fleet.askAs('alice', method, `${target}?repo=registry.test/team-a/x&name=n`, body);
        expect([404, 403, 400, 503], `${method} ${target}`).toContain(status);
        expect([commands, fleet.asked.filter((line) => !/^GET \/exec\/\w+\/json/.test(line))], target).toEqual([[], []]);
      }
    },
  );
});
