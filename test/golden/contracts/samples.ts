import { z } from 'zod';

/** A JSON Schema as far as `z.toJSONSchema` makes it of our contracts. */
export const JsonSchema = z.looseObject({
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  minLength: z.number().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
});

/**
 * Values that the schema allows: with every optional member and with none, each alternative and each constant once. Throws on a form of schema that it does
 * not know, so that no contract goes unchecked.
 */
export function samplesOf(given: unknown): unknown[] {
  const schema = JsonSchema.parse(given);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives.flatMap(samplesOf);
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return schema.enum;
  switch (schema.type) {
    case 'string':
      return [textOf(schema)];
    case 'number':
    case 'integer':
      return [Math.max(1, schema.minimum ?? 1, (schema.exclusiveMinimum ?? 0) + 1)];
    case 'boolean':
      return [true, false];
    case 'null':
      return [null];
    case 'array':
      return arraysOf(schema);
    case 'object':
      return objectsOf(schema);
    default:
      // What may be anything.
      if (schema.type === undefined && schema.allOf === undefined) return [{}];
      throw new Error(`no samples for ${JSON.stringify(schema)}`);
  }
}

const texts = ['x', '1'];

function textOf({ minLength = 1, format, pattern }: z.infer<typeof JsonSchema>): string {
  if (format === 'ipv4') return '10.0.0.1';
  if (format === 'ipv6') return '::1';
  const text = texts.find((each) => pattern === undefined || new RegExp(pattern).test(each));
  if (text === undefined) throw new Error(`no text fits ${pattern}`);
  return text.padEnd(minLength, text);
}

function arraysOf({ prefixItems, items }: z.infer<typeof JsonSchema>): unknown[] {
  if (prefixItems !== undefined) return [prefixItems.map((item) => samplesOf(item)[0])];
  return [[], ...(items === undefined ? [] : samplesOf(items).map((item) => [item]))];
}

function objectsOf({ properties = {}, required = [], additionalProperties }: z.infer<typeof JsonSchema>): unknown[] {
  const samples = Object.entries(properties).map(([key, member]) => ({ key, values: samplesOf(member) }));
  const longest = Math.max(1, ...samples.map(({ values }) => values.length));
  const whole = Array.from({ length: longest }, (_, place) =>
    Object.fromEntries(samples.map(({ key, values }) => [key, values[place % values.length]])),
  );
  const least = Object.fromEntries(
    samples.filter(({ key }) => required.includes(key)).map(({ key, values }) => [key, values[0]]),
  );
  const isRecord = typeof additionalProperties === 'object' && additionalProperties !== null && samples.length === 0;
  return isRecord ? [{}, ...samplesOf(additionalProperties).map((value) => ({ key: value }))] : [...whole, least];
}
