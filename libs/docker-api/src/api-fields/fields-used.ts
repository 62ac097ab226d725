import { type ApiVersion, compareApiVersions } from '../api-version.ts';
import { isFalse } from '../docker-boolean.ts';
import { type BodyRules, bodyRules, counts, findIn } from './body-rules.ts';
import { type FieldRule, readFieldRules } from './field-rule.ts';
import { fieldTable } from './field-table.ts';

/** A field that a request sets, and the API version that brought it. */
export type FieldUse = { readonly field: string; readonly since: ApiVersion };

export type UsedIn = {
  /** As `operationOf` writes it. */
  readonly operation: string;
  readonly query: URLSearchParams;
  /** The parsed body; `undefined` = none, or none that is JSON. */
  readonly body?: unknown;
  /** The version the client speaks: fields that came later are none to it, engines drop them as well. Empty = the newest. */
  readonly apiVersion: ApiVersion;
};

const rulesByOperation: ReadonlyMap<string, readonly FieldRule[]> = Map.groupBy(
  readFieldRules(fieldTable),
  ({ operation }) => operation,
);
const bodyRulesByOperation: ReadonlyMap<string, BodyRules> = new Map(
  [...rulesByOperation].map(([operation, rules]) => [operation, bodyRules(rules)]),
);

/** What the request sets of the fields in the table, the newest first. Empty values count as not set: clients send them for everything. */
export function fieldsUsed({ operation, query, body, apiVersion }: UsedIn): FieldUse[] {
  const rules = rulesByOperation.get(operation) ?? [];
  const inBody = new Set<FieldRule>();
  const ofBody = bodyRulesByOperation.get(operation);
  if (ofBody !== undefined) findIn(body, ofBody, inBody);
  return rules
    .filter((rule) => (rule.isQuery ? isInQuery(rule, query) : inBody.has(rule)))
    .filter(({ since }) => apiVersion === '' || compareApiVersions(since, apiVersion) <= 0)
    .map(({ field, since }) => ({ field, since }))
    .sort((one, other) => compareApiVersions(other.since, one.since));
}

/** Does the body of this operation have to be read to know whether an engine of this version takes all of it? */
export function dependsOnBody(operation: string, engineVersion: ApiVersion): boolean {
  const rules = rulesByOperation.get(operation) ?? [];
  return rules.some(({ isQuery, since }) => !isQuery && compareApiVersions(since, engineVersion) > 0);
}

function isInQuery(rule: FieldRule, query: URLSearchParams): boolean {
  const texts = query.getAll(rule.steps[0] ?? '').filter((text) => !isFalse(text));
  return texts.some((text) => counts(rule, text));
}
