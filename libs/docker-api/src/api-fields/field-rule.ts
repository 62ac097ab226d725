/** Where a field stands in a request. */
export type FieldPlace = {
  readonly isQuery: boolean;
  /** Names from the outside in; `*` = each element of a list or each member of an object. */
  readonly steps: readonly string[];
  readonly condition: { readonly sign: '=' | '!=' | '>'; readonly operand: string } | undefined;
};

/** One row of the field table. */
export type FieldRule = FieldPlace & {
  /** `POST /containers/{id}/stop`, parameters without their names. */
  readonly operation: string;
  readonly since: string;
  /** As messages name it. */
  readonly field: string;
};

/** A route's operation: parameters are called differently in different places. */
export function operationOf(method: string, path: string): string {
  return `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`;
}

/** Reads the rows of the field table (tools/generate/api-history.txt). */
export function readFieldRules(table: string): FieldRule[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [method = '', path = '', since = '', text = ''] = line.split(' ');
      const place = placeOf(text);
      return { ...place, operation: operationOf(method, path), since, field: nameOf(place, text) };
    });
}

function placeOf(text: string): FieldPlace {
  const [, query, path = '', sign, operand = ''] = /^(\?)?(.+?)(?:(!=|=|>)(.+))?$/.exec(text) ?? [];
  const steps = path.replaceAll('[]', '.*').match(/"[^"]+"|[^.]+/g) ?? [];
  return {
    isQuery: query !== undefined,
    steps: steps.map((step) => step.replaceAll('"', '')),
    condition: sign === undefined ? undefined : { sign: sign as '=' | '!=' | '>', operand },
  };
}

function nameOf({ condition }: FieldPlace, text: string): string {
  const bare = text.replace(/^\?/, '').replaceAll('"', '');
  if (condition?.sign === '>') return `${bare.split('>')[0]} with more than ${condition.operand}`;
  return condition?.sign === '!=' ? (bare.split('!=')[0] ?? bare) : bare;
}
