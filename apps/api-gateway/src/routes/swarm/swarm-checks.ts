import { z } from 'zod';
import { BaleenError } from '#contracts';
import { inAnyCase, parseListQuery } from '#docker-api';
import type { Exchange } from '../../http/exchange.ts';
import { refuseBrokenQuery } from '../../http/url-escapes.ts';

/** What an engine reads of a request before it looks whether it is in a swarm. Throws request/invalid. */
export type SwarmCheck = (exchange: Exchange) => Promise<void> | void;

const named = { Name: z.string().nullish(), Labels: z.record(z.string(), z.string()).nullish() };
/** Go takes bytes as base64, and as a list of numbers. */
const bytes = z.union([z.base64(), z.array(z.int().min(0).max(255).nullable())]).nullish();

export const specSchema = inAnyCase(z.looseObject(named));
export const payloadSchema = inAnyCase(z.looseObject({ ...named, Data: bytes }));
export const unlockSchema = inAnyCase(z.looseObject({ UnlockKey: z.string().nullish() }));

/** `filters` that can be read; which names a list knows is a manager's business. */
export const readsFilters: SwarmCheck = ({ query }) => {
  parseListQuery(query.get('filters') ?? undefined);
};

/** A query that can be read. */
export const readsQuery: SwarmCheck = ({ rawQuery }) => refuseBrokenQuery(rawQuery);

/** A body that is there and of this shape; engines take `null` for an empty one. */
export function readsBody(schema: z.ZodType): SwarmCheck {
  return async (exchange) => {
    const given = await exchange.readJson();
    if (given === undefined) return;
    const parsed = schema.nullable().safeParse(given);
    if (parsed.success) return;
    const { path = [], message = '' } = parsed.error.issues[0] ?? {};
    throw new BaleenError('request/invalid', ['invalid JSON', ...path.map(String), message].join(': '));
  };
}

/** `version`, without which nothing is updated. */
export function readsVersion(kind: string): SwarmCheck {
  return ({ query }) => {
    const version = query.get('version') ?? '';
    if (!/^\d{1,20}$/.test(version) || BigInt(version) >= 2n ** 64n)
      throw new BaleenError('request/invalid', `invalid ${kind} version '${version}': give the version that an inspect shows`);
  };
}
