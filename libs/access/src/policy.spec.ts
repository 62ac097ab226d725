import { describe, expect, it } from 'vitest';
import { repositoryTest } from './image-patterns.ts';
import { parsePolicy, privilegesOf } from './policy.ts';
import { tokenDigest } from './token-digest.ts';

const parse = (policy: object | string) => parsePolicy(Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)));
const root = { certificates: ['CN:root'], role: 'admin' };

describe('a policy file', () => {
  it('says who may do what; a tenant has nothing that is not given', () => {
    const { identities, tenants } = parse({
      identities: { root, ci: { tokens: [tokenDigest('t')], role: 'operator', tenant: 'a', also: [] } },
      tenants: { a: {} },
    });
    expect(privilegesOf(identities['ci']!).has('admin')).toBe(false);
    expect(tenants['a']).toMatchObject({
      images: { use: [], own: [] },
      sharedBuilders: false,
      containers: { privileged: false, hostNamespaces: [], devices: [], binds: [], capabilities: [] },
      quotas: {},
    });
  });

  it('keeps what a viewer reads apart from environments and logs, unless it is told otherwise', () => {
    const { identities } = parse({ identities: { eyes: { ...root, role: 'viewer', also: ['logs'] } } });
    expect([...privilegesOf(identities['eyes']!)]).toEqual(['read', 'fleet', 'logs']);
  });

  it.each([
    [{ identities: {} }, 'nobody could ask anything'],
    [{ identities: { a: { role: 'viewer' } } }, 'identities.a: nobody can be it'],
    [{ identities: { a: root, b: root } }, 'CN:root is a’s already'],
    [{ identities: { a: { ...root, role: 'operator', tenant: 'x' } } }, 'there is no tenant x'],
    [{ identities: { a: { ...root, tenant: 'x' } }, tenants: { x: {} } }, 'cannot have it'],
    [{ identities: { a: { ...root, rolle: 'admin' } } }, 'rolle'],
    [{ identities: { 'a\nb': root } }, 'a name is up to 63 letters'],
    [{ identities: { a: { ...root, certificates: ['root'] } } }, 'write CN:…'],
    [{ identities: { a: { ...root, tokens: ['secret'] } } }, 'write sha256:'],
    [{ identities: { a: root }, tenants: { x: { containers: { binds: ['/srv/../etc'] } } } }, 'without . and ..'],
    [{}, 'identities: is missing: write an object, as in {"name": {…}}'],
    [[], 'the policy: write an object'],
    ['', 'the policy: is missing'],
    [
      { identities: { a: { tokens: 'x', role: 'boss' } } },
      'identities.a.tokens: write a list, as in ["…"]\nidentities.a.role: write one of "viewer"',
    ],
    [
      { identities: { a: { localSocket: 'yes' } } },
      'localSocket: write true or false\nidentities.a.role: is missing: write one of',
    ],
    [
      { identities: { a: root }, tenants: { x: { quotas: { cpus: '2', containers: -1 } } } },
      'containers: write a number from 0 on\ntenants.x.quotas.cpus: write a number',
    ],
    [{ identities: { a: root }, tenants: { x: { quotas: { containers: 1.5 } } } }, 'containers: write a whole number'],
    ['{\n  "identities": {\n    "a": admin\n  }\n}', 'invalid JSON: unexpected character at line 3, column 10'],
    ['{"identities":{"a":{"role":"viewer","role":"admin","localSocket":true}}}', 'stands twice'],
  ])('is refused with the reason: %j', (policy, reason) => {
    expect(() => parse(policy)).toThrow(reason);
  });

  it('is refused with all that is wrong at once: what stands twice, what has a wrong form, what refers to nothing', () => {
    const text = `{
      "identities": {
        "a": {"certificates": ["CN:a"], "role": "boss", "tenant": "nope"},
        "b": {"certificates": ["CN:a"], "tokens": ["hunter2"], "role": "admin", "tenant": "x", "role": "admin"},
        "c": {"role": "viewer", "tokens": ["hunter2"], "also": 1}, "d": {"role": "viewer"}, "d": {"rolle": "viewer"}, "e f": 1
      },
      "tenants": {"x": {"quotas": {"cpus": "2"}}, "x": {"quota": {}}}
    }`;
    expect(() => parse(text)).toThrow(
      [
        'line 4, column 96: the key "role" stands twice in one object',
        'line 5, column 93: the key "d" stands twice in one object',
        'line 7, column 51: the key "x" stands twice in one object',
        'identities.a.role: write one of "viewer", "operator", "admin"',
        'identities.b.tokens.0: write sha256: and 64 hex digits (baleen policy token)',
        'identities.c.tokens.0: write sha256: and 64 hex digits (baleen policy token)',
        'identities.c.also: write a list, as in ["…"]',
        'identities.d.role: is missing: write one of "viewer", "operator", "admin"',
        'identities.d: "rolle" means nothing here: correct the name, or leave it out',
        'identities."e f": a name is up to 63 letters, digits, dots, dashes and underscores',
        'tenants.x: "quota" means nothing here: correct the name, or leave it out',
        'identities.a.tenant: there is no tenant nope',
        'identities.b: admin concerns the whole fleet: an identity of a tenant cannot have it',
        'identities.d: nobody can be it: give certificates, tokens or localSocket',
        'identities.b: CN:a is a’s already',
      ].join('\n'),
    );
  });

  it('never repeats a token that stands in it by mistake', () => {
    expect(() => parse({ identities: { a: { ...root, tokens: ['hunter2'] } } })).toThrow(/^(?!.*hunter2)/s);
  });
});

describe('image patterns', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox', true],
    ['busybox', 'docker.io/evil/busybox', false],
    ['team/*', 'docker.io/team/app', true],
    ['team/*', 'docker.io/teams/app', false],
    ['registry.test:5000/team/*', 'registry.test:5000/team/a/b', true],
    ['registry.test/team/*', 'registryxtest/team/a', false],
    ['registry.test/team/*', 'registry.test/team-b/a', false],
    ['localhost/*', 'localhost/x', true],
    ['*', 'anything.test/x', true],
    ['*.example.com/x', 'a.example.com/x', true],
    ['*.example.com/x', 'evil.io/a.example.com/x', false],
  ])('%s and %s: %s', (pattern, repository, isMeant) => {
    expect(repositoryTest([pattern])(repository)).toBe(isMeant);
  });
});
