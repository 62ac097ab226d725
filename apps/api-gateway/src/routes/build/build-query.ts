import { z } from 'zod';
import { readSchedulingKeys, replaceMembers, type SchedulingKeys } from '#docker-api';
import type { BuildPin } from './builders.ts';

/** What the gateway reads of the query of `POST /build`. */
export type BuildQuery = {
  /** `version=2`: a BuildKit build, which belongs to its caller's builder. Anything else is the classic builder's. */
  readonly isBuildKit: boolean;
  /** What its other connections have in common with it, the closest first. */
  readonly works: readonly BuildPin[];
  readonly scheduling: Pick<SchedulingKeys, 'constraints' | 'affinities' | 'whitelists'>;
  readonly memoryBytes: number;
  readonly cpuShares: number;
  readonly platform: string;
  /** For the engine: as the client sent it, but for the build args that are expressions. */
  readonly rawQuery: string;
};

/** Build args that are the user's words to the scheduler (spec/classic-swarm.md 5.11); a build never sees them. */
const expression = /^(?:constraint|affinity|whitelist):/;
/** A file that comes in by itself for a build that is under way (older docker CLIs with a Dockerfile outside of the context). */
const uploadPrefix = 'upload-request:';

const BuildArgs = z.record(z.string(), z.string().nullable());

/** Reads the query; what cannot be read is passed on, for the engine to refuse in its own words. */
export function readBuildQuery(rawQuery: string): BuildQuery {
  const query = new URLSearchParams(rawQuery);
  const argsText = query.get('buildargs') ?? '';
  const args = parseArgs(argsText);
  const expressions = Object.keys(args).filter((name) => expression.test(name));
  return {
    isBuildKit: query.get('version') === '2',
    works: worksOf(query.get('buildid') ?? '', query.get('session') ?? ''),
    scheduling: expressionsIn(args),
    memoryBytes: numberOf(query.get('memory')),
    cpuShares: numberOf(query.get('cpushares')),
    platform: query.get('platform') ?? '',
    rawQuery: expressions.length === 0 ? rawQuery : withParameter(rawQuery, 'buildargs', withoutArgs(argsText, expressions)),
  };
}

/** The expressions among build args; the others say nothing to the scheduler. */
export function expressionsIn(args: Readonly<Record<string, string | null>>): BuildQuery['scheduling'] {
  const texts = Object.entries(args).filter(([name]) => expression.test(name));
  return readSchedulingKeys(
    texts.map(([name, value]) => textOf(name, value)),
    {},
  ).keys;
}

/** The pin of a build by the id that its client gave it. */
export function buildPin(buildId: string): BuildPin[] {
  const id = buildId.startsWith(uploadPrefix) ? buildId.slice(uploadPrefix.length) : buildId;
  return id === '' ? [] : [{ kind: 'build', id }];
}

/** The pin of a session by its uuid. */
export function sessionPin(session: string): BuildPin[] {
  return session === '' ? [] : [{ kind: 'session', id: session }];
}

/** The query with one parameter set, every other byte as it was. Of several of a name the first counts for engines. */
export function withParameter(rawQuery: string, name: string, value: string): string {
  const parts = rawQuery.split('&');
  const at = parts.findIndex((part) => new URLSearchParams(part).has(name));
  const part = `${name}=${encodeURIComponent(value)}`;
  return (at < 0 ? [...parts, part] : parts.with(at, part)).join('&');
}

function worksOf(buildId: string, session: string): BuildPin[] {
  return [...buildPin(buildId), ...sessionPin(session)];
}

function parseArgs(text: string): Record<string, string | null> {
  try {
    return BuildArgs.safeParse(text === '' ? {} : JSON.parse(text)).data ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** `--build-arg constraint:node==web` reaches us as `"constraint:node": "=web"`. */
function textOf(name: string, value: string | null): string {
  return value === null ? name : `${name}=${value}`;
}

/** What is left keeps its bytes: an argument without a value (null) means the Dockerfile's default. */
function withoutArgs(argsText: string, names: readonly string[]): string {
  return replaceMembers(Buffer.from(argsText), Object.fromEntries(names.map((name) => [name, undefined]))).toString('utf8');
}

function numberOf(text: string | null): number {
  const number = Number(text ?? 0);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
