import { type Policy, readStrictJson, type TenantPolicy } from '#access';
import { BaleenError, labels } from '#contracts';
import { member, replaceMembers } from '#docker-api';
import { currentView, type Fleet } from '../fleet.ts';
import { isLocal } from '../http/client-address.ts';
import type { Exchange } from '../http/exchange.ts';
import { requireJsonType } from '../http/json-type.ts';
import type { Match } from '../http/router.ts';
import type { AccessRule } from './access-rule.ts';
import { type Decision, DecisionAudit } from './decision-audit.ts';
import { type Identity, IdentityBook } from './identity-book.ts';
import { type Asked, refused } from './judges/judge.ts';
import { judges } from './judges/judges.ts';
import { requireSpelling } from './judges/known-keys.ts';
import { byWholeId } from './named-objects.ts';
import { peerNames } from './peer-names.ts';
import { accessRefusal } from './permission.ts';
import { type RoutesOf, TenantDesk } from './tenant-desk.ts';

export type GateDeps = {
  readonly fleet: Fleet;
  /** Makes the table of routes over a tenant's view. */
  readonly routesOf: RoutesOf;
  readonly audit: DecisionAudit;
  /** Digest of the token of the process that started this one: a viewer. */
  readonly supervisorToken?: string | undefined;
};

type InForce = { readonly book: IdentityBook; readonly policy: Policy; readonly desks: ReadonlyMap<string, TenantDesk> };

/** What was let in and is not over. */
type UnderWay = { readonly exchange: Exchange; readonly match: Match; readonly identity: Identity; readonly decision: Decision };

/** Stands before every route while a policy is in force: who asks, whether they may, and what of the request goes on. */
export class Gate {
  readonly #deps: GateDeps;
  readonly #underWay = new Set<UnderWay>();
  #inForce: InForce | undefined;

  constructor(deps: GateDeps) {
    this.#deps = deps;
  }

  /**
   * From now on. What is under way is cut off where the policy no longer lets it in: its identity is not known any more, lacks the privilege, or
   * is of a tenant that may now other things than before.
   */
  enforce(policy: Policy): void {
    const before = this.#inForce?.desks;
    const desks = new Map(
      Object.entries(policy.tenants).map(([name, row]) => [name, this.#deskFor(name, row, before?.get(name))]),
    );
    const inForce = { policy, book: new IdentityBook(policy, this.#deps.supervisorToken), desks };
    this.#inForce = inForce;
    for (const one of this.#underWay) {
      const reason = revocation(one, inForce, before);
      if (reason === undefined) continue;
      this.#underWay.delete(one);
      one.decision.revoked(reason);
      one.exchange.request.socket.destroy();
    }
    for (const [name, desk] of before ?? []) if (desks.get(name) !== desk) desk.retire();
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
    const desk = deskOf(inForce, identity);
    const permits = (rule: AccessRule) => accessRefusal(rule, identity, desk?.policy) === undefined;
    const refusal = accessRefusal(match.route.access, identity, desk?.policy);
    if (refusal !== undefined) throw refusal;
    const judged = exchange.amended({ identity, permits, rawHeaders: withoutToken(exchange.rawHeaders) });
    const underWay = { exchange, match, identity, decision };
    this.#underWay.add(underWay);
    try {
      if (desk === undefined) await this.#serveAnybody(judged, match, identity, decision);
      else await this.#serveTenant(judged, match, desk, decision);
    } finally {
      this.#underWay.delete(underWay);
    }
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
    const row = access.judge === undefined ? undefined : judges[access.judge];
    const { bytes, body } = await this.#readBody(exchange, access.judge);
    await currentView(this.#deps.fleet);
    const by = desk.case;
    const params = byWholeId(by.own, match.route.path, exchange.params);
    const { query } = exchange;
    const amended = row?.judge({ params, query, bytes, body }, by) ?? {};
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

  /** A tenant that may what it might before keeps its desk: what it has under way goes on. */
  #deskFor(name: string, policy: TenantPolicy, before: TenantDesk | undefined): TenantDesk {
    if (before?.goesOnWith(policy) === true) return before;
    return new TenantDesk(name, policy, this.#deps.fleet, this.#deps.routesOf);
  }
}

function deskOf({ desks }: Pick<InForce, 'desks'>, { tenant }: Identity): TenantDesk | undefined {
  if (tenant === undefined) return undefined;
  const desk = desks.get(tenant);
  if (desk === undefined) throw new Error(`a policy without its tenant ${tenant}`);
  return desk;
}

/** Why something under way is not to go on under another policy; `undefined` = it is. */
function revocation(
  { exchange, match, identity }: UnderWay,
  now: InForce,
  before: InForce['desks'] | undefined,
): string | undefined {
  try {
    const same = identityOf(now.book, exchange);
    if (same.name !== identity.name || same.tenant !== identity.tenant) return `who asks is not ${identity.name} any more`;
    const desk = deskOf(now, same);
    if (desk !== undefined && desk !== before?.get(desk.name)) return `what the tenant ${desk.name} may do has changed`;
    return accessRefusal(match.route.access, same, desk?.policy)?.message;
  } catch (error) {
    if (error instanceof BaleenError) return error.message;
    throw error;
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
