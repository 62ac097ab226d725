import { foldedKey } from '../any-case.ts';
import type { FieldRule } from './field-rule.ts';

/** The rules for one place in a body, and for the places inside it by their folded step: engines take names in any case. */
export type BodyRules = { readonly rules: FieldRule[]; readonly inside: Map<string, BodyRules> };

/** A step into each element of a list or each member of an object. */
const each = '*';

/** By place, so that a body is gone through once, however many rules there are. */
export function bodyRules(rules: readonly FieldRule[]): BodyRules {
  const root: BodyRules = { rules: [], inside: new Map() };
  for (const rule of rules) {
    if (rule.isQuery) continue;
    let place = root;
    for (const step of rule.steps) place = placeInside(place, foldedKey(step));
    place.rules.push(rule);
  }
  return root;
}

/** Adds the rules to `found` whose field this value sets. */
export function findIn(value: unknown, { rules, inside }: BodyRules, found: Set<FieldRule>): void {
  for (const rule of rules) if (counts(rule, value)) found.add(rule);
  if (inside.size === 0 || typeof value !== 'object' || value === null) return;
  const ofEach = inside.get(each);
  for (const [key, member] of Object.entries(value)) {
    if (ofEach !== undefined) findIn(member, ofEach, found);
    const ofKey = inside.get(foldedKey(key));
    if (ofKey !== undefined) findIn(member, ofKey, found);
  }
}

/** Does a value at the rule's place count as set? */
export function counts({ condition }: FieldRule, value: unknown): boolean {
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

function placeInside({ inside }: BodyRules, step: string): BodyRules {
  const known = inside.get(step);
  if (known !== undefined) return known;
  const place: BodyRules = { rules: [], inside: new Map() };
  inside.set(step, place);
  return place;
}
