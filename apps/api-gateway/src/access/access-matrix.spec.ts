import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePolicy, roles } from '#access';
import { listenAddresses } from '#endpoint';
import { silentLogger, systemClock } from '#service-shell';
import type { Fleet } from '../fleet.ts';
import { FleetView } from '../fleet-view/fleet-view.ts';
import { ask } from '../http/ask.builders.ts';
import { Dispatcher } from '../http/dispatcher.ts';
import { Listener } from '../http/listener.ts';
import { RequestMeter } from '../http/request-meter.ts';
import { type Route, Router } from '../http/router.ts';
import { adminRoutes } from '../routes/admin-routes.ts';
import { allRoutes } from '../routes/all-routes.ts';
import type { AccessRule } from './access-rule.ts';
import { DecisionAudit } from './decision-audit.ts';
import { Gate } from './gate.ts';
import { type Asker, identities, policyText } from './policy.builders.ts';

/** Stands for whatever routes are made with: here they are only listed. */
const inert: never = new Proxy(() => inert, { get: () => inert, apply: () => inert, construct: () => inert }) as never;
const routes = allRoutes({ fleet: inert, events: inert, locator: inert, caller: inert });
/** Of two rows of one path the first serves. */
const api = routes.filter((route) => routes.find((other) => rowOf(other) === rowOf(route)) === route);
function rowOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
const wherever = (test: (rule: AccessRule) => boolean) => api.filter(({ access }) => test(access)).map(rowOf);

describe('the table of routes', () => {
  it('is open to everybody for what clients ask before they know anything, and for nothing else', () => {
    const open = ({ needs }: AccessRule) => needs === 'nothing';
    expect(wherever(open)).toEqual(['GET /_ping', 'HEAD /_ping', 'GET /version']);
    // The token in the path is the proof.
    const admin = adminRoutes({ fleet: inert, tokens: inert, events: inert, feed: inert })
      .filter(({ access }) => open(access))
      .map(rowOf);
    expect(admin).toEqual([
      'GET /healthz',
      'GET /readyz',
      'GET /clusters/{token}',
      'POST /clusters/{token}',
      'DELETE /clusters/{token}/{address}',
      // The page itself shows nothing.
      'GET /',
      'GET /assets/{name}',
    ]);
  });

  it('gives out environments, output and file systems for privileges of their own', () => {
    expect(wherever(({ needs }) => needs === 'inspect')).toEqual(
      expect.arrayContaining(['GET /containers/{id}/json', 'GET /exec/{id}/json']),
    );
    expect(wherever(({ needs }) => needs === 'logs')).toEqual(['GET /containers/{name}/logs']);
    expect(roles.viewer).toEqual(['read', 'fleet']);
  });

  it('changes nothing for the privilege to read', () => {
    const changing = api.filter(
      ({ access, method, semantics }) => access.needs === 'read' && method !== 'GET' && semantics !== 'refused',
    );
    // A wait is a read that lasts.
    expect(changing.map(rowOf)).toEqual(['POST /containers/{name}/wait']);
  });

  it('shows tenants nothing of the fleet but why their own containers are where they are', () => {
    const shown = api.filter(
      ({ access }) => ['fleet', 'admin'].includes(access.needs) && !['refused', 'hidden'].includes(access.tenants),
    );
    expect(shown.map(rowOf)).toEqual(['GET /baleen/decisions/{id}']);
  });

  it('judges every body that makes or changes something', () => {
    const unjudged = api.filter(
      ({ access, method, semantics }) => method !== 'GET' && semantics === 'placed' && access.judge === undefined,
    );
    expect(unjudged.map(rowOf)).toEqual([]);
  });
});

describe('each identity', () => {
  /** Every route answers whose table it is of. */
  const tableOf = (fleet: Pick<Fleet, 'scope'>): Route[] =>
    api.map(({ method, path, semantics, access, hijack, raw }) => ({
      method,
      path,
      semantics,
      access,
      ...(hijack && { hijack }),
      ...(raw !== undefined && { raw }),
      handle: (exchange) => exchange.respond(200, fleet.scope?.tenant ?? 'everybody'),
    }));
  let listener: Listener;
  beforeAll(async () => {
    const view = new FleetView(
      () => undefined,
      () => 0,
    );
    const follower = { view, ready: Promise.resolve(), upToDate: () => Promise.resolve() };
    const fleet = { follower, scope: undefined, config: { bodyLimitBytes: 1_024 } } as unknown as Fleet;
    const gate = new Gate({ fleet, routesOf: tableOf, audit: new DecisionAudit(undefined, systemClock) });
    gate.enforce(parsePolicy(Buffer.from(policyText())));
    const dispatcher = new Dispatcher({
      router: new Router(tableOf(fleet)),
      known: () => undefined,
      versions: () => ({ min: '1.24', max: '1.51' }),
      server: 'test',
      cors: false,
      meter: new RequestMeter(),
      isTraced: false,
      gate,
      logger: silentLogger(),
    });
    const [address] = listenAddresses(['tcp://127.0.0.1:0'], []);
    if (address === undefined) throw new Error('an address to listen on');
    listener = await Listener.open(address, { dispatcher, clock: systemClock, logger: silentLogger() });
  });
  afterAll(() => listener.close());

  async function outcome(token: string | undefined, { method, path }: Pick<Route, 'method' | 'path'>) {
    const { status, text } = await ask(`http://127.0.0.1:${listener.port}${path.replace(/\{\w+\}/g, 'x')}`, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: method === 'POST' ? '{}' : undefined,
    });
    return { status, text: text.trim() };
  }

  it('that is nobody is let in nowhere else', async () => {
    for (const route of api)
      for (const token of [undefined, 'wrong'])
        expect((await outcome(token, route)).status, rowOf(route)).toBe(route.access.needs === 'nothing' ? 200 : 401);
  });

  it.each(Object.keys(identities) as Asker[])('%s reaches what its role and tenant allow, in its own table', async (name) => {
    const row: { readonly role: keyof typeof roles; readonly tenant?: string } = identities[name];
    const may: ReadonlySet<string> = new Set(roles[row.role]);
    const surprises: string[] = [];
    for (const route of api) {
      const { needs, tenants, judge } = route.access;
      const isAllowed = needs === 'nothing' || (may.has(needs) && (row.tenant === undefined || tenants === 'own'));
      const { status, text } = await outcome(name, route);
      const table = needs === 'nothing' ? 'everybody' : (row.tenant ?? 'everybody');
      const isServed = status === 200 && (route.method === 'HEAD' || text === JSON.stringify(table) || route.fixed !== undefined);
      // What a tenant is allowed may still be refused for what it asks.
      const isJudged = judge !== undefined && row.tenant !== undefined && [400, 403, 404].includes(status);
      const refusal = tenants === 'hidden' && may.has(needs) ? 404 : 403;
      if (isAllowed ? !isServed && !isJudged : status !== refusal) surprises.push(`${rowOf(route)}: ${status} ${text}`);
    }
    expect(surprises).toEqual([]);
  });
});
