import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as shapes from './body-shapes.ts';
import { CommitBody, ExecBody } from './container-changes.ts';
import { CreateBody } from './container-create.ts';
import type { Shape } from './known-keys.ts';
import { LimitedHost } from './limited-host.ts';
import { EndpointBody, NetworkBody, VolumeBody } from './networks-and-volumes.ts';
import { LoginBody } from './registries.ts';

/** What each decision reads, and the shape that the body is held to before. */
const read: Readonly<Record<string, readonly [z.ZodType, Shape]>> = {
  commit: [CommitBody, shapes.configShape],
  'container-create': [CreateBody, shapes.createShape],
  'container-update': [LimitedHost, shapes.updateShape],
  'exec-create': [ExecBody, shapes.execShape],
  'network-create': [NetworkBody, shapes.networkShape],
  'network-endpoint': [EndpointBody, shapes.endpointChangeShape],
  'registry-login': [LoginBody, shapes.loginShape],
  'volume-create': [VolumeBody, shapes.volumeShape],
};
/** Members of a HostConfig that an update does not have, and refuses. */
const notOfUpdates = (path: string) => !Object.hasOwn((shapes.updateShape as { keys: object }).keys, path.split('.')[0] ?? '');

describe('the shape of each body', () => {
  it.each(Object.entries(read))(
    'has every member that the decision on %s reads, in objects that are closed',
    (name, [schema, shape]) => {
      const open = unshaped(schema, shape).filter((path) => name !== 'container-update' || !notOfUpdates(path));
      expect(open).toEqual([]);
    },
  );
});

/** Paths of members that are read and would not be held to their spelling. */
function unshaped(schema: z.ZodType, shape: Shape | true | undefined, path: readonly string[] = []): string[] {
  const { def } = (schema as unknown as { _zod: { def: Definition } })._zod;
  const here = path.join('.');
  if (def.innerType !== undefined) return unshaped(def.innerType, shape, path);
  if (def.type === 'pipe' && def.in !== undefined) return unshaped(def.in, shape, path);
  const item = def.type === 'array' ? def.element : def.type === 'record' ? def.valueType : undefined;
  if (item !== undefined) {
    const isPlain = membersOf(item).length === 0;
    if (shape === true && isPlain) return [];
    return typeof shape === 'object' && 'each' in shape ? unshaped(item, shape.each, [...path, '*']) : isPlain ? [] : [here];
  }
  if (def.type !== 'object') return [];
  if (typeof shape !== 'object' || !('keys' in shape) || shape.closed !== true) return [here || '(the body)'];
  return Object.entries(def.shape ?? {}).flatMap(([key, inner]) =>
    Object.hasOwn(shape.keys, key) ? unshaped(inner, shape.keys[key], [...path, key]) : [[...path, key].join('.')],
  );
}

/** Members of the objects that a value of the schema is, or holds. */
function membersOf(schema: z.ZodType): string[] {
  const { def } = (schema as unknown as { _zod: { def: Definition } })._zod;
  const inner = def.innerType ?? def.element ?? def.valueType ?? (def.type === 'pipe' ? def.in : undefined);
  return inner === undefined ? Object.keys(def.shape ?? {}) : membersOf(inner);
}

/** Of zod's own description of a schema, what is looked at here. */
type Definition = {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
};
