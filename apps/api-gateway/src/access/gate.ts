import { type Policy, readStrictJson } from '#access';
import { BaleenError, labels } from '#contracts';
import { member, replaceMembers } from '#docker-api';
import { currentView, type Fleet } from '../fleet.ts';
import { isLocal } from '../http/client-address.ts';
import type { Exchange } from '../http/exchange.ts';
import { requireJsonType } from '../http/json-type.ts';
import type { Match } from '../http/router.ts';
import { type Decision, DecisionAudit } from './decision-audit.ts';
import { type Identity, IdentityBook } from './identity-book.ts';
import { type Asked, refused } from './judges/judge.ts';
import { judges } from './judges/judges.ts';
import { requireSpelling } from './judges/known-keys.ts';
import { byWholeId } from './named-objects.ts';
import { peerNames } from './peer-names.ts';
import { type RoutesOf, TenantDesk } from './tenant-desk.ts';

export type GateDeps = {
  readonly fleet: Fleet;
  /** Makes the table of routes over a tenant's view. */
  readonly routesOf: RoutesOf;
  readonly audit: DecisionAudit;
  /** Digest of the token of the process that started this one: a viewer. */
  readonly supervisorToken?: string | undefined;
};

type InForce = { readonly book: IdentityBook; readonly policy: Policy; readonly desks: Map<string, TenantDesk> };

/** Stands before every route while a policy is in force: who asks, whether they may, and what of the request goes on. */
export class Gate {
  readonly #deps: GateDeps;
  #inForce: InForce | undefined;

  constructor(deps: GateDeps) {
    this.#deps = deps;
  }

  /** From the next request on. What tenants are in the middle of fails at its next look at the fleet. */
  enforce(policy: Policy): void {
    const before = this.#inForce;
    this.#inForce = { policy, book: new IdentityBook(policy, this.#deps.supervisorToken), desks: new Map() };
    for (const desk of before?.desks.values() ?? []) desk.retire();
  }

  /** Serves the request as far as the policy allows it. Throws access/*, and what its route throws. */
  async serve(exchange: Exchange, match: Match): Promise<void> {
    const { access, method, handle } = match.route;
    const isOpen = access.needs === 'nothing';
    if (isOpen && ['GET', 'HEAD'].includes(method)) return handle?.(exchange);
    const decision = this.#deps.audit.begin(exchange, match);
    try {
      // What an engine's entry in a token's list proves, its token does.
      if (isOpen) decision.allowed();
      await (isOpen ? handle?.(exchange) : this.#serve(exchange, match, decision));
    } catch (error) {
      decision.failed(error);
      throw error;
    }
    decision.done();
  }

  /** For a route whose body is read before it is served: throws access/* to whom the policy does not know. */
  demandIdentity(exchange: Exchange, match: Match): void {
    if (this.#inForce === undefined || match.route.access.needs === 'nothing') return;
    try {
      identityOf(this.#inForce.book, exchange);
    } catch (error) {
      this.#deps.audit.begin(exchange, match).failed(error);
      throw error;
    }
  }

  async #serve(exchange: Exchange, match: Match, decision: Decision): Promise<void> {
    const inForce = this.#inForce;
    if (inForce === undefined) throw new Error('a gate without a policy lets nobody in');
    const identity = identityOf(inForce.book, exchange);
    decision.by(identity);
    refuseForms(exchange);
    const { access } = match.route;
    if (access.needs !== 'nothing' && !identity.privileges.has(access.needs))
      throw refused(`${identity.name} (${identity.role}) lacks the privilege ${access.needs}`);
    const known = {
      identity: identity.name,
      mayInspect: identity.privileges.has('inspect'),
      rawHeaders: withoutToken(exchange.rawHeaders),
    };
    const judged = exchange.amended(known);
    if (identity.tenant === undefined) await this.#serveAnybody(judged, match, identity, decision);
    else await this.#serveTenant(judged, match, this.#deskOf(inForce, identity.tenant), decision);
  }

  /** For who sees the whole fleet: their bodies must be as plain as those of tenants. */
  async #serveAnybody(exchange: Exchange, { route }: Match, { role }: Identity, decision: Decision): Promise<void> {
    const row = route.access.judge === undefined ? undefined : judges[route.access.judge];
    decision.allowed();
    if (row?.shape === undefined) return route.handle?.(exchange);
    const { bytes, body } = await this.#readBody(exchange, route.access.judge);
    if (role !== 'admin') refuseOwner(body);
    const prefetched = route.access.judge === 'container-create' ? ownerless(bytes, body) : bytes;
    await route.handle?.(exchange.amended({ prefetched }));
  }

  async #serveTenant(exchange: Exchange, match: Match, desk: TenantDesk, decision: Decision): Promise<void> {
    const { access } = match.route;
    if (access.tenants === 'hidden')
      throw new BaleenError('request/not-found', `No such object: ${Object.values(exchange.params).join('/')}`);
    const isRefused = access.tenants === 'refused' || (access.tenants === 'shared-builders' && !desk.policy.sharedBuilders);
    if (isRefused) throw refused('it concerns more than what is a tenant’s');
    const row = access.judge === undefined ? undefined : judges[access.judge];
    const { bytes, body } = await this.#readBody(exchange, access.judge);
    await currentView(this.#deps.fleet);
    const by = desk.case;
    const params = byWholeId(by.own, match.route.path, exchange.params);
    const query = new URLSearchParams(exchange.rawQuery);
    const amended = row?.judge({ params, query, bytes, body }, by) ?? {};
    const release = amended.usage === undefined ? () => undefined : by.holds.hold(amended.usage);
    try {
      decision.allowed();
      // In this form every reader takes the query for the same.
      const rawQuery = String(amended.query ?? query);
      const facts = { params: amended.params ?? params, rawQuery };
      const prefetched = amended.bytes ?? (row?.shape === undefined ? undefined : bytes);
      const own = exchange.amended(prefetched === undefined ? facts : { ...facts, prefetched });
      await desk.route(match.route).handle?.(own);
    } catch (error) {
      throw withoutHolder(error);
    } finally {
      release();
    }
  }

  /** The bytes that go on, and what they say. Empty where the route has no JSON body. */
  async #readBody(exchange: Exchange, judge: Match['route']['access']['judge']): Promise<Pick<Asked, 'bytes' | 'body'>> {
    const shape = judge === undefined ? undefined : judges[judge].shape;
    if (shape === undefined) return { bytes: Buffer.alloc(0), body: undefined };
    const bytes = await exchange.readBody(this.#deps.fleet.config.bodyLimitBytes);
    if (bytes.length > 0) requireJsonType(exchange.header('content-type'));
    const body = readStrictJson(bytes);
    if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body)))
      throw new BaleenError('request/invalid', 'invalid JSON: the body must be an object');
    requireSpelling(body, shape);
    return { bytes, body };
  }

  #deskOf({ policy, desks }: InForce, tenant: string): TenantDesk {
    const known = desks.get(tenant);
    if (known !== undefined) return known;
    const row = policy.tenants[tenant];
    if (row === undefined) throw new Error(`a policy without its tenant ${tenant}`);
    const desk = new TenantDesk(tenant, row, this.#deps.fleet, this.#deps.routesOf);
    desks.set(tenant, desk);
    return desk;
  }
}

function identityOf(book: IdentityBook, exchange: Exchange): Identity {
  const { socket } = exchange.request;
  return book.find({
    authorization: exchange.header('authorization'),
    certificateNames: peerNames(socket),
    isLocalSocket: isLocal(socket),
  });
}

/** Go's servers read a form in the body into the same list as the query, and before it. No Docker client sends one. */
function refuseForms(exchange: Exchange): void {
  if (/form/i.test(exchange.header('content-type') ?? ''))
    throw new BaleenError('request/invalid', 'the Docker API takes no forms: send the body as application/json');
}

/** The token is for the gateway alone. */
function withoutToken(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, i) => !/^authorization$/i.test(rawHeaders[i - (i % 2)] ?? ''));
}

/** Whose an object is, admins say alone. */
function refuseOwner(body: unknown): void {
  const given = (body as { Labels?: unknown } | undefined | null)?.Labels;
  if (typeof given === 'object' && given !== null && Object.hasOwn(given, labels.owner))
    throw refused(`the label ${labels.owner} is an admin’s to set`);
}

/** A container of nobody's must not become a tenant's by a label of the image it is made from; a label that an admin gives counts. */
function ownerless(bytes: Buffer, body: unknown): Buffer {
  const given = (body as { Labels?: Record<string, string> | null } | undefined)?.Labels ?? {};
  if (body === undefined || body === null || Object.hasOwn(given, labels.owner)) return bytes;
  const before = member(bytes, 'Labels');
  const whole = before === undefined || before[0] !== openBrace ? Buffer.from('{}') : before;
  return replaceMembers(bytes, { Labels: replaceMembers(whole, { [labels.owner]: '""' }) });
}

const openBrace = 0x7b;

/** Whose a name is, is nobody else's business. */
function withoutHolder(error: unknown): unknown {
  if (!(error instanceof BaleenError) || error.code !== 'placement/name-taken') return error;
  return new BaleenError('placement/name-taken', 'Conflict: The name is already in use: choose another', { cause: error });
}
