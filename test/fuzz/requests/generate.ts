import fc from 'fast-check';
import type { WireRequest } from '../../diff/wire/wire-request.ts';
import { type Kind, type Operation, operations } from './operations.ts';
import { variation } from './variation.ts';

export type FuzzRequest = { readonly operation: Operation; readonly request: WireRequest };

/** Known objects (population.ts) come more often than nonsense, so that requests reach deep. */
const known: Readonly<Record<Kind, readonly string[]>> = {
  container: ['running', 'exited', 'made', 'running', 'exited', 'nobody'],
  image: ['busybox', 'spare:1', 'busybox:latest', 'nothing'],
  network: ['net', 'bridge', 'none', 'host', 'nothing'],
  volume: ['vol', 'spare-vol', 'nothing'],
  exec: ['nothing'],
  name: ['fresh', 'running', '1', 'con', 'a.b', '-bad-', 'x'],
  bool: ['1', '0', 'true', 'False', 'None', ''],
  int: ['0', '1', '-1', '2', '100', 'all', '99999999999999999999', '1.5'],
  time: ['0', '1', '1795350632.231', '2026-01-01T00:00:00Z', '10m', '-5m', '2026-01-01'],
  text: ['x', 'table', 'aux', 'removed', 'next-exit', 'linux/amd64', 'container', '{}', '{"a":"b"}'],
  path: ['/', '/etc/passwd', '/etc', '/nothing', 'etc/passwd', '../etc', 'Dockerfile'],
  filters: [],
  signal: ['KILL', 'SIGTERM', '9', 'USR1', '0', 'ODD'],
  // Nobody listens on port 1: what would go to a registry is refused at once.
  reference: ['127.0.0.1:1/x', '127.0.0.1:1/x:y', '127.0.0.1:1/BAD', 'spare:2', '127.0.0.1:1/x@sha256:0'],
};
const filterNames = [
  'label',
  'name',
  'id',
  'status',
  'dangling',
  'until',
  'reference',
  'before',
  'since',
  'driver',
  'type',
  'event',
  'network',
  'ancestor',
  'health',
  'exited',
  'odd',
];
/** None of these makes a client wait or a name resolver ask. */
const nonsense = fc.oneof(
  fc.string({ maxLength: 12, unit: 'grapheme' }).map(encodeURIComponent),
  fc.constantFrom(
    '',
    '%zz',
    '%',
    '%00',
    '+',
    '..',
    '%2F',
    '%2e%2e',
    'a'.repeat(300),
    '%F0%9F%90%B3',
    '{}',
    '*',
    '?',
    '&x',
    'null',
  ),
);
const filters = fc
  .oneof(
    fc.dictionary(
      fc.constantFrom(...filterNames),
      fc.array(fc.constantFrom('a', 'a=b', 'true', '1', 'running', 'busybox', '10m', '('), { maxLength: 2 }),
      { maxKeys: 2 },
    ),
    fc.dictionary(
      fc.constantFrom(...filterNames),
      fc.dictionary(fc.constantFrom('a', 'true', 'x'), fc.boolean(), { maxKeys: 2 }),
      { maxKeys: 2 },
    ),
    fc.jsonValue({ maxDepth: 2 }),
  )
  .map((value) => encodeURIComponent(JSON.stringify(value)));
const valueOf = (kind: Kind) =>
  kind === 'filters'
    ? fc.oneof({ weight: 6, arbitrary: filters }, { weight: 1, arbitrary: nonsense })
    : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known[kind]) }, { weight: 1, arbitrary: nonsense });

const prefix = fc.constantFrom('', '', '', '/v1.41', '/v1.41', '/v1.30', '/v1.24', '/v1.23', '/v9.9', '/v1.', '/vx');
const oddHeaders = fc.array(
  fc.constantFrom<[string, string]>(
    ['Content-Type', 'text/plain'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ['X-Registry-Auth', 'e30='],
    ['X-Registry-Auth', '%%%'],
    ['X-Registry-Config', 'bnVsbA=='],
    ['Connection', 'close'],
    ['Accept', 'application/jsonl'],
    ['Accept-Encoding', 'gzip'],
    ['Origin', 'http://elsewhere'],
    ['Range', 'bytes=0-1'],
    ['X-Long', 'x'.repeat(20_000)],
    ['X-Empty', ''],
    ['Cookie', 'a=b; c'],
    ['Authorization', 'Basic eDp5'],
    ['Expect', '100-continue'],
  ),
  { maxLength: 2 },
);
/** Of these a body's framing is right; wrong ones are in the end-to-end test of bad input. */
const upgrades = fc.constantFrom<[string, string][]>(
  [],
  [],
  [],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'tcp'],
  ],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'h2c'],
  ],
);

/** How long an answer without end is listened to before the client hangs up. */
const cutAfterMs = 150;

const arbitrary = fc.constantFrom(...operations).chain((operation) => {
  const kinds = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, kind]) => kind as Kind);
  return fc
    .record({
      prefix,
      params: fc.tuple(...kinds.map(valueOf)),
      query: fc.record(Object.fromEntries(Object.entries(operation.query).map(([name, kind]) => [name, valueOf(kind)])), {
        requiredKeys: [],
      }),
      headers: fc.oneof({ weight: 2, arbitrary: fc.constant<[string, string][]>([]) }, { weight: 1, arbitrary: oddHeaders }),
      upgrade: upgrades,
      body: bodyOf(operation),
      chunkBytes: fc.constantFrom(undefined, undefined, 1, 7),
    })
    .map(({ prefix: version, params, query, headers, upgrade, body, chunkBytes }): FuzzRequest => {
      const left = [...params];
      const path = operation.path.replaceAll(/\{\w+\}/g, () => left.shift() ?? '');
      const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
      return {
        operation,
        request: {
          method: operation.method,
          target: `${version}${path}${text.length === 0 ? '' : `?${text.join('&')}`}`,
          headers: [...headers, ...(operation.method === 'POST' ? upgrade : [])],
          body,
          ...(chunkBytes === undefined ? {} : { chunkBytes }),
          cutAfterMs,
        },
      };
    });
});

function bodyOf({ method, body, isArchive }: Operation): fc.Arbitrary<unknown> {
  if (isArchive) return fc.constantFrom<unknown>('', 'no tar', Buffer.alloc(1_024), Buffer.alloc(700, 1));
  if (body !== undefined) return variation(body);
  return method === 'POST' ? fc.constantFrom<unknown>(undefined, undefined, '', '{}') : fc.constant(undefined);
}

/** The same requests for the same seed, in this version of the generator. */
export function requestsOf(seed: number, count: number): FuzzRequest[] {
  return fc.sample(arbitrary, { seed, numRuns: count });
}
