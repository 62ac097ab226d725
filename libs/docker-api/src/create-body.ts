import { z } from 'zod';
import { BaleenError, parseJson } from '#contracts';
import { foldedKey, inAnyCase, spellingOf } from './any-case.ts';
import { member, members, type Replacements, replaceMembers } from './json-members.ts';

const strings = z.array(z.string()).nullish();
const number = z.number().nullish();

/** What Baleen reads of HostConfig; everything else passes as bytes. */
const hostConfig = z.object({
  Binds: strings,
  NetworkMode: z.string().nullish(),
  PortBindings: z
    .record(z.string(), z.array(inAnyCase(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() }))).nullish())
    .nullish(),
  PublishAllPorts: z.boolean().nullish(),
  Links: strings,
  VolumesFrom: strings,
  IpcMode: z.string().nullish(),
  PidMode: z.string().nullish(),
  Memory: number,
  MemorySwap: number,
  MemorySwappiness: number,
  MemoryReservation: number,
  NanoCpus: number,
  CpuShares: number,
  CpusetCpus: z.string().nullish(),
  Mounts: z
    .array(
      inAnyCase(
        z.looseObject({
          Type: z.string().nullish(),
          Source: z.string().nullish(),
          Target: z.string().nullish(),
          ReadOnly: z.boolean().nullish(),
          VolumeOptions: z.unknown().optional(),
        }),
      ),
    )
    .nullish(),
  DeviceRequests: z
    .array(
      inAnyCase(
        z.looseObject({
          Driver: z.string().nullish(),
          Count: number,
          DeviceIDs: strings,
          Capabilities: z.array(z.array(z.string())).nullish(),
        }),
      ),
    )
    .nullish(),
  Annotations: z.record(z.string(), z.string()).nullish(),
  AutoRemove: z.boolean().nullish(),
});

/** What Baleen reads of a create body. */
const createBody = z.object({
  Image: z.string().nullish(),
  Env: strings,
  Labels: z.record(z.string(), z.string()).nullish(),
  ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
  Memory: number,
  MemorySwap: number,
  CpuShares: number,
  Cpuset: z.string().nullish(),
  Healthcheck: inAnyCase(z.looseObject({ StartInterval: number })).nullish(),
  NetworkingConfig: inAnyCase(z.looseObject({ EndpointsConfig: z.record(z.string(), z.unknown()).nullish() })).nullish(),
});

/** Made once: every create is read with them. */
const hostConfigSpelling = spellingOf(Object.keys(hostConfig.shape));
const createBodySpelling = spellingOf([...Object.keys(createBody.shape), 'HostConfig']);

/** A create body: the fields that are read, and the bytes with their keys in Docker's own spelling. */
export type CreateBody = {
  readonly bytes: Buffer;
  /** The same as it was sent, parsed. */
  readonly whole: object;
  readonly fields: z.infer<typeof createBody>;
  readonly hostBytes: Buffer;
  readonly host: z.infer<typeof hostConfig>;
};

/** Throws request/invalid naming the field or what the JSON breaks on. Keys are taken in any case, as Go's decoder does. */
export function readCreateBody(body: Buffer): CreateBody {
  const text = body.toString('utf8');
  let whole: unknown;
  try {
    whole = parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(text.trim() === '' ? 'EOF: the body is empty' : `invalid JSON: ${error.message}`);
  }
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) throw invalid('the body must be a JSON object');
  const bytes = canonical(body, createBodySpelling);
  const hostRaw = member(bytes, 'HostConfig');
  const hostGiven = hostRaw === undefined || hostRaw.toString('utf8') === 'null' ? Buffer.from('{}') : hostRaw;
  if (hostGiven[0] !== 0x7b) throw invalid('HostConfig must be a JSON object');
  const hostBytes = canonical(hostGiven, hostConfigSpelling);
  return { bytes, whole, fields: read(bytes, createBody, ''), hostBytes, host: read(hostBytes, hostConfig, 'HostConfig.') };
}

function read<S extends z.ZodObject>(bytes: Buffer, schema: S, prefix: string): z.infer<S> {
  const values: Record<string, unknown> = {};
  for (const { key, start, end } of members(bytes))
    if (Object.hasOwn(schema.shape, key)) values[key] = JSON.parse(bytes.toString('utf8', start, end));
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(`${prefix}${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'wrong type'}`);
}

/** Keys that differ from a known one in case only get its spelling; of several the last counts. */
function canonical(json: Buffer, spelling: ReadonlyMap<string, string>): Buffer {
  const changes: Record<string, Buffer | undefined> = {};
  for (const { key, start, end } of members(json)) {
    const proper = spelling.get(foldedKey(key));
    if (proper === undefined || (proper === key && !Object.hasOwn(changes, key))) continue;
    if (proper !== key) changes[key] = undefined;
    changes[proper] = json.subarray(start, end);
  }
  return Object.keys(changes).length === 0 ? json : replaceMembers(json, changes satisfies Replacements);
}

function invalid(reason: string): BaleenError {
  return new BaleenError('request/invalid', `invalid create request: ${reason}`);
}
