import { type ApiVersion, compareApiVersions } from '../api-version.ts';
import { isFalse } from '../docker-boolean.ts';
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

/** What the request sets of the fields in the table, the newest first. Empty values count as not set: clients send them for everything. */
export function fieldsUsed({ operation, query, body, apiVersion }: UsedIn): FieldUse[] {
  return (rulesByOperation.get(operation) ?? [])
    .filter(({ since }) => apiVersion === '' || compareApiVersions(since, apiVersion) <= 0)
    .filter((rule) => valuesOf(rule, query, body).some((value) => counts(rule, value)))
    .map(({ field, since }) => ({ field, since }))
    .sort((one, other) => compareApiVersions(other.since, one.since));
}

/** Does the body of this operation have to be read to know whether an engine of this version takes all of it? */
export function dependsOnBody(operation: string, engineVersion: ApiVersion): boolean {
  const rules = rulesByOperation.get(operation) ?? [];
  return rules.some(({ isQuery, since }) => !isQuery && compareApiVersions(since, engineVersion) > 0);
}

function valuesOf({ isQuery, steps }: FieldRule, query: URLSearchParams, body: unknown): unknown[] {
  if (isQuery) return query.getAll(steps[0] ?? '').filter((text) => !isFalse(text));
  return steps.reduce<unknown[]>((values, step) => values.flatMap((value) => inside(value, step)), [body]);
}

function inside(value: unknown, step: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Object.values(value);
  if (Object.hasOwn(value, step)) return [(value as Record<string, unknown>)[step]];
  // Engines take names in any case.
  return Object.entries(value).flatMap(([key, found]) => (key.toLowerCase() === step.toLowerCase() ? [found] : []));
}

function counts({ condition }: FieldRule, value: unknown): boolean {
  if (condition === undefined) return isSet(value);
  const { sign, operand } = condition;
  switch (sign) {
    case '=':
      return String(value) === operand;
    case '!=':
      return isSet(value) && String(value) !== operand;
    case '>':
      return typeof value === 'object' && value !== null && Object.keys(value).length > Number(operand);
  }
}

function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return !(value === undefined || value === null || value === false || value === 0 || value === '');
}
