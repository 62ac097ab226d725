import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePolicy, readStrictJson } from '#access';
import { BaleenError, encodeObject, type FactsOf, labels, type ObjectKind, subjects } from '#contracts';
import { engineIdentity, engineRecord, containerFacts as usual } from '#testing';
import { FleetView } from '../../fleet-view/fleet-view.ts';
import { policyText } from '../policy.builders.ts';
import { TenantScope } from '../tenant-scope.ts';
import { createShape } from './body-shapes.ts';
import { judgeCreate } from './container-create.ts';
import type { TenantCase } from './judge.ts';
import { requireSpelling } from './known-keys.ts';

/** More with `BALEEN_FUZZ_RUNS`, from another place with `BALEEN_FUZZ_SEED`: an hour is some twenty million runs. */
const runs = { numRuns: Number(process.env['BALEEN_FUZZ_RUNS'] ?? 1_000), ...seedOf(process.env['BALEEN_FUZZ_SEED']) };

/** A run takes some hundredths of a millisecond, many times that beside others. */
const patienceMs = 10_000 + runs.numRuns;

const [own, foreign] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const by = caseOf();

/** What is judged and what an engine would be sent; `undefined` = refused, always with a failure and never with a defect. */
function sent(text: string): Buffer | undefined {
  try {
    const bytes = Buffer.from(text);
    const body = readStrictJson(bytes);
    requireSpelling(body, createShape);
    return judgeCreate({ params: {}, query: new URLSearchParams(), bytes, body }, by).bytes;
  } catch (error) {
    if (error instanceof BaleenError) return undefined;
    throw error;
  }
}

const names = fc.constantFrom(
  'mine',
  'theirs',
  own,
  foreign,
  'aaaa',
  'bb',
  'vol-a',
  'vol-b',
  'net-a',
  'net-b',
  'host',
  'bridge',
  '/',
  '/etc',
  '',
  'x',
);
const text = fc.oneof(
  names,
  names.map((name) => `container:${name}`),
  names.map((name) => `${name}:/data`),
  fc.string({ maxLength: 4 }),
  fc.constantFrom('ALL', 'sys_admin', 'seccomp=unconfined', 'no-new-privileges', 'local', 'bind', 'volume', 'npipe'),
);
const leaf = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.boolean() },
  fc.integer({ min: -2, max: 2 }),
  fc.constant(null),
);
const keys = (shape: object) => fc.constantFrom(...Object.keys((shape as { keys: object }).keys));
const host = (createShape as { keys: { HostConfig: { keys: { Mounts: { each: object } } } } }).keys.HostConfig;
const value = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 2 }),
  fc.dictionary(keys(host.keys.Mounts.each), leaf, { maxKeys: 4 }),
  fc.array(fc.dictionary(keys(host.keys.Mounts.each), leaf, { maxKeys: 4 }), { maxLength: 2 }),
  fc.dictionary(text, leaf, { maxKeys: 2 }),
);
/** A key as it is, in another case, or one that nobody knows. */
const odd = (key: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 20, arbitrary: key },
    key.map((name) => name.toLowerCase()),
    key.map((name) => name.replace('s', '\u017f')),
    fc.constant('Unknown'),
  );
const hostConfig = fc.dictionary(odd(keys(host)), value, { maxKeys: 3 });
const body = fc.record(
  {
    Image: fc.constantFrom('busybox', 'registry.test/team-b/x', foreign, 'bb', ''),
    Labels: fc.oneof(fc.dictionary(fc.constantFrom('a', labels.owner, labels.swarmId), text, { maxKeys: 2 }), leaf),
    HostConfig: hostConfig,
    NetworkingConfig: fc.record({
      EndpointsConfig: fc.dictionary(names, fc.record({ NetworkID: names }, { requiredKeys: [] }), { maxKeys: 2 }),
    }),
  },
  { requiredKeys: [] },
);

type Sent = {
  Image?: string;
  Labels: Record<string, string>;
  HostConfig?: Record<string, unknown> | null;
  NetworkingConfig?: { EndpointsConfig?: Record<string, { NetworkID?: string }> };
};

describe('whatever body a tenant sends', () => {
  it(
    'an engine gets nothing that names or opens what is not the tenant’s',
    () => {
      let passed = 0;
      fc.assert(
        fc.property(body, (given) => {
          const bytes = sent(JSON.stringify(given));
          if (bytes === undefined) return;
          passed += 1;
          const out = JSON.parse(bytes.toString('utf8')) as Sent;
          expect(out.Labels[labels.owner]).toBe('team-a');
          expect([undefined, '', 'busybox']).toContain(out.Image);
          // Not by whole ID, the beginning of one, or name.
          expect(namedIn(out).filter((name) => /^(?:theirs|vol-b|net-b|b{2,})$/.test(name))).toEqual([]);
          const config = out.HostConfig ?? {};
          for (const key of [
            'Privileged',
            'Devices',
            'DeviceRequests',
            'CapAdd',
            'Capabilities',
            'DeviceCgroupRules',
            'MaskedPaths',
            'ReadonlyPaths',
            'CgroupParent',
            'Runtime',
            'Annotations',
          ])
            expect(isNothing(config[key]), `${key}: ${JSON.stringify(config[key])}`).toBe(true);
          for (const key of ['NetworkMode', 'PidMode', 'IpcMode', 'UTSMode', 'UsernsMode', 'CgroupnsMode'])
            expect(config[key]).not.toBe('host');
          expect(
            (config['Binds'] as string[] | null | undefined)?.filter((bind) => /^[/.~]/.test(bind) && bind.includes(':')) ?? [],
          ).toEqual([]);
          expect(((config['Mounts'] ?? []) as { Type?: string }[]).filter(({ Type }) => Type === 'bind')).toEqual([]);
        }),
        runs,
      );
      // Or the property would hold of nothing.
      expect(passed).toBeGreaterThan(runs.numRuns / 100);
    },
    patienceMs,
  );

  it(
    'a text that is no plain JSON of an object goes to no engine',
    () => {
      fc.assert(
        fc.property(
          body,
          fc.nat(),
          fc.constantFrom('', '{', '}', '"', ',', '"Image":"evil",', '\u0000'),
          (given, place, extra) => {
            const plain = JSON.stringify(given);
            const at = place % (plain.length + 1);
            const bytes = sent(plain.slice(0, at) + extra + plain.slice(at));
            const image = bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as Sent).Image;
            expect(image).not.toBe('registry.test/team-b/x');
          },
        ),
        runs,
      );
    },
    patienceMs,
  );
});

/** What the members that name other objects say. */
function namedIn({ HostConfig, NetworkingConfig }: Sent): string[] {
  const config = HostConfig ?? {};
  const modes = ['NetworkMode', 'PidMode', 'IpcMode'].map((key) => String(config[key] ?? '').replace(/^container:/, ''));
  const lists = ['VolumesFrom', 'Links', 'Binds'].flatMap((key) => (config[key] ?? []) as string[]);
  const sources = ((config['Mounts'] ?? []) as { Source?: string | null }[]).map(({ Source }) => Source ?? '');
  const endpoints = Object.entries(NetworkingConfig?.EndpointsConfig ?? {}).flatMap(([name, { NetworkID }]) => [
    name,
    NetworkID ?? '',
  ]);
  return [...modes, ...lists.map((entry) => entry.split(':')[0] ?? ''), ...sources, ...endpoints];
}

function isNothing(found: unknown): boolean {
  return (
    found === undefined ||
    found === null ||
    found === false ||
    found === '' ||
    (typeof found === 'object' && Object.keys(found).length === 0)
  );
}

function seedOf(seed: string | undefined): { readonly seed?: number } {
  return seed === undefined ? {} : { seed: Number(seed) };
}

function caseOf(): TenantCase {
  const whole = new FleetView(
    (subject, error) => expect.fail(`${subject}: ${String(error)}`),
    () => 0,
  );
  let sequence = 0;
  const apply = (subject: string, payload: Buffer) =>
    whole.apply({ subject, payload, sequence: (sequence += 1) } as Parameters<FleetView['apply']>[0]);
  const json = (record: unknown) => Buffer.from(JSON.stringify(record));
  apply(subjects.member('e1'), json({ key: 'e1', address: '10.0.0.1:2375', source: 'nodes' }));
  apply(subjects.engineInfo('e1'), json(engineRecord('e1', { identity: engineIdentity('node-1') })));
  const put = <K extends ObjectKind>(kind: K, id: string, facts: FactsOf[K]) =>
    apply(
      (subjects[kind] as (key: string, id: string) => string)('e1', id),
      encodeObject({ epoch: 1, facts, summary: Buffer.from('{}') }),
    );
  const ofTenant = (team: string) => ({
    labels: { [labels.owner]: `team-${team}` },
    createdAtMs: 1,
    driver: 'local',
    scope: 'local',
  });
  put('container', own, usual(own, { names: ['mine'], labels: ofTenant('a').labels }));
  put('container', foreign, usual(foreign, { names: ['theirs'], labels: ofTenant('b').labels }));
  put('image', `sha256:${foreign}`, {
    id: `sha256:${foreign}`,
    repoTags: ['registry.test/team-b/x:latest'],
    repoDigests: [],
    createdAtMs: 1,
    sizeBytes: 1,
    labels: {},
  });
  for (const team of ['a', 'b']) {
    put('volume', `vol-${team}`, { name: `vol-${team}`, ...ofTenant(team) });
    put('network', `${team}1`.padEnd(64, '0'), { id: `${team}1`.padEnd(64, '0'), name: `net-${team}`, ...ofTenant(team) });
  }
  const policy = parsePolicy(Buffer.from(policyText())).tenants['team-a'];
  if (policy === undefined) throw new Error('the policy has team-a');
  const scope = new TenantScope('team-a', policy);
  return { policy, scope, own: whole.scoped(scope), whole };
}
