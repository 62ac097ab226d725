import type { z } from 'zod';
import { nameRule } from './policy-name.ts';

/** What stands in a policy file where the schema wants such a value. */
const forms: Readonly<Record<string, string>> = {
  object: 'an object, as in {"…": …}',
  record: 'an object, as in {"name": {…}}',
  array: 'a list, as in ["…"]',
  string: 'a text in quotes',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

/** What is wrong with a value, in words of whoever writes the file; `undefined` = the schema's own words will do. */
export function policyWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const form = forms[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `is missing: write ${form}` : `write ${form}`;
    }
    case 'invalid_value': {
      const written = issue.values.map((value) => JSON.stringify(value)).join(', ');
      return issue.input === undefined ? `is missing: write one of ${written}` : `write one of ${written}`;
    }
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => JSON.stringify(key)).join(', ')} means nothing here: correct the name, or leave it out`;
    case 'invalid_key':
      return nameRule;
    case 'too_small':
      return `write a number from ${issue.minimum} on`;
    default:
      return undefined;
  }
}
