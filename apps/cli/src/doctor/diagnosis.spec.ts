import { describe, expect, it } from 'vitest';
import type { FleetStatus } from '#contracts';
import type { TokenStanding } from '#nats-keys';
import { fleetNode } from '../asking/fleet-node.builders.ts';
import { diagnose, type Symptoms } from './diagnosis.ts';

const nowMs = 1_800_000_000_000;
const dayMs = 86_400_000;
const host = 'tcp://127.0.0.1:2375';
const log = {
  server: '2.15.0',
  clockDeltaMs: 3,
  writeMs: 0.7,
  stream: { storage: 'file', replicas: 1, messages: 12, bytes: 2_097_152 },
} as const;
const status: FleetStatus = {
  gateway: 'api-gateway-1',
  version: '0.1.0',
  cluster: 'default',
  isReady: true,
  log,
  leader: 'scheduler-1',
  monitors: [{ name: 'monitor-1', engines: 1 }],
  unwatched: 0,
  engines: { healthy: 1 },
  containers: { total: 3, running: 1 },
  certificates: [],
};
const node = fleetNode({ inventoryAtMs: nowMs - 60_000, monitor: 'monitor-1' });
const agent = '0123456789abcdef';
const behindAgent = { ...node, address: `nats://${agent}`, monitor: `engine-monitor-${agent}` };
/** As gateways show an engine whose agent holds no lease. */
const cutOff = {
  ...behindAgent,
  monitor: undefined,
  state: 'disconnected',
  reason: 'its agent has not been connected',
  sinceMs: nowMs,
  agentHost: 'node-1',
} as const;
const standing = (state: TokenStanding['state'], atMs = nowMs - dayMs): Partial<Symptoms> => ({
  tokenKeys: {
    flag: '--nats-dir /n',
    standingOf: (id) => (id === agent ? ({ state, atMs } as TokenStanding) : { state: 'forgotten' }),
  },
});
const fleet = (over: Partial<Symptoms>): Symptoms => ({ host, status, nodes: [node], nowMs, ...over });
/** What is not well: level, what and remedy. */
const amiss = (symptoms: Symptoms) =>
  diagnose(symptoms)
    .filter(({ level }) => level !== 'well')
    .map(({ level, what, remedy }) => `${level}: ${what} → ${remedy}`);

describe('a diagnosis', () => {
  it('of a fleet in order has nothing to do', () => {
    expect(amiss(fleet({}))).toEqual([]);
    expect(diagnose(fleet({})).map(({ what }) => what)).toEqual([
      `the gateway at ${host} answers: Baleen 0.1.0, cluster default`,
      'NATS, as the gateway sees it: nats-server 2.15.0, JetStream writes (0.7 ms); 12 messages, 2.0 MiB, file storage, one replica',
      'the scheduler scheduler-1 leads',
      'watched by monitor-1 (1)',
      '1 of 1 engine healthy',
    ]);
  });

  it.each<[string, Partial<Symptoms>, RegExp]>([
    [
      'no gateway',
      { status: undefined, gatewayFailure: { reason: 'connect ECONNREFUSED', isThere: false } },
      /^problem: no gateway at .*ECONNREFUSED → start one/,
    ],
    [
      'a gateway that refuses',
      { status: undefined, gatewayFailure: { reason: 'the policy refuses this to tenants', isThere: true } },
      /^problem: the gateway at .* does not tell us how the fleet is: the policy refuses this to tenants → ask as somebody/,
    ],
    [
      'a gateway that starts',
      { status: { ...status, isReady: false } },
      /^warning: it does not know its whole fleet yet.* → wait/,
    ],
    ['no leader', { status: { ...status, leader: undefined } }, /^problem: no scheduler leads.* → start a scheduler/],
    [
      'no monitor',
      { status: { ...status, monitors: [], unwatched: 1 }, nodes: [{ ...node, monitor: undefined }] },
      /^problem: 1 engine watched by no monitor.* → start a monitor/,
    ],
    [
      'a certificate that ends soon',
      { status: { ...status, certificates: [{ name: 'endpoint', expiresAtMs: nowMs + 5.5 * dayMs }] } },
      /^warning: the certificate “endpoint” of the gateway lasts 5 days more → renew it/,
    ],
    [
      'a certificate that has ended',
      { status: { ...status, certificates: [{ name: 'endpoint', expiresAtMs: nowMs - 1.5 * dayMs }] } },
      /^problem: the certificate “endpoint” of the gateway ended 1 day ago → renew it/,
    ],
    [
      'a certificate that cannot be read',
      { status: { ...status, certificates: [{ name: 'engines’ CA', failure: 'ca.pem holds no certificate' }] } },
      /^problem: the certificate “engines’ CA” of the gateway: ca.pem holds no certificate → mend the file/,
    ],
    [
      'a policy that was broken while it is in force',
      {
        status: {
          ...status,
          policyFailure: { file: '/etc/p.json', failure: 'identities.a.role: write one\nb: is missing\nc: no' },
        },
      },
      /^problem: the policy file \/etc\/p.json of the gateway .*: identities.a.role: write one \(and 2 problems more\); the policy before it stays in force.* → mend it \(baleen policy check \/etc\/p.json/,
    ],
    [
      'no engine',
      { status: { ...status, engines: {} }, nodes: [] },
      /^problem: the fleet has no engine → check the discovery argument .* or join one through an agent/,
    ],
    ['a slow disk', { nats: { ...log, writeMs: 900 } }, /^warning: NATS, asked directly: a write took 900 ms → look at the disk/],
    [
      'a wrong clock',
      { nats: { ...log, clockDeltaMs: -5_000 } },
      /its clock is 5.0 s ahead of ours → let both machines keep time/,
    ],
    [
      'an old NATS',
      { nats: { server: '2.10.1', clockDeltaMs: 0, failure: 'nats-server 2.10.1 is too old: install 2.12 or newer' } },
      /^problem: NATS, asked directly: nats-server 2.10.1 is too old: install 2.12.* → install a newer nats-server there/,
    ],
    [
      'a NATS that takes nothing more',
      { nats: { ...log, writeMs: undefined, failure: 'the log does not answer (barrier.health): TimeoutError: timeout' } },
      /timeout; reads are answered → its log says why: where its disk is full, free space under its store_dir .* and start it again/,
    ],
    [
      'a NATS that is silent',
      { nats: { server: '', clockDeltaMs: 0, failure: 'no nats-server answers at 10.0.0.2:4222' } },
      /answers at 10.0.0.2:4222 → check that nats-server runs/,
    ],
    [
      'a full disk',
      { nats: { server: '2.15.0', clockDeltaMs: 0, failure: 'the log refused x: insufficient storage resources available' } },
      /→ free disk space under the store_dir/,
    ],
    [
      'a NATS that refuses us',
      { nats: { server: '2.15.0', clockDeltaMs: 0, failure: 'Authorization Violation' } },
      /→ check user and password/,
    ],
    [
      'a refused engine',
      { nodes: [{ ...node, state: 'unhealthy', reason: 'connection refused: no daemon listens there' }] },
      /^problem: node-1 \(10.0.0.1:2375\) is unhealthy: connection refused.* → start dockerd/,
    ],
    [
      'a wrong CA',
      { nodes: [{ ...node, name: '', state: 'pending', reason: 'its certificate is not of a CA that we trust' }] },
      /^problem: 10.0.0.1:2375 is pending: .* → check the CA and key pair for engines/,
    ],
    [
      'something else at an engine’s address',
      { nodes: [{ ...node, state: 'pending', reason: '10.0.0.1:2375: /_ping was answered with status 404' }] },
      /→ something else than a Docker daemon answers there/,
    ],
    [
      'a silent engine',
      { nodes: [{ ...node, state: 'unhealthy', reason: 'no route to the host' }] },
      /→ check the machine, the network/,
    ],
    ['an engine with a wrong clock', { nodes: [{ ...node, clockDeltaMs: 4_000 }] }, /^warning: node-1 .* is 4.0 s behind ours/],
    [
      'an old inventory',
      { nodes: [{ ...node, inventoryAtMs: nowMs - 3 * 3_600_000 }] },
      /^warning: node-1 .* was read 180 minutes ago/,
    ],
    [
      'an agent that is away',
      { status: { ...status, unwatched: 1 }, nodes: [cutOff] },
      /^problem: node-1 is disconnected: its agent on host node-1 does not answer since 2027-01-15T08:00:00Z; its join token is that of agent 0123456789abcdef → start the agent on host node-1 again/,
    ],
    [
      'an agent that is away and ran on another host than its daemon',
      { nodes: [{ ...cutOff, agentHost: 'edge-7' }] },
      /its agent on host edge-7 \(where it ran last; the daemon is on node-1\) does not answer.* → start the agent on host edge-7 again/,
    ],
    [
      'an agent that is away with a good token',
      { nodes: [cutOff], ...standing('good', nowMs + dayMs) },
      /is good until 2027-01-16T08:00:00Z → start the agent on host node-1 again/,
    ],
    [
      'an agent whose token was revoked',
      { nodes: [cutOff], ...standing('revoked') },
      /its join token \(0123456789abcdef\) was revoked at 2027-01-14T08:00:00Z → to take it back: make a new token \(baleen join-token --nats-dir \/n --id 0123456789abcdef > FILE\).* if no agent runs there, start the agent on host node-1/,
    ],
    [
      'an agent whose token expired',
      { nodes: [cutOff], ...standing('expired') },
      /its join token \(0123456789abcdef\) expired at 2027-01-14T08:00:00Z → make a new token/,
    ],
    [
      'an agent whose token is not known any more',
      { nodes: [{ ...cutOff, name: '', agentHost: undefined }], ...standing('forgotten') },
      /^problem: the engine of agent 0123456789abcdef is disconnected: its agent on its host does not .* or other keys signed it → make a new token/,
    ],
    [
      'an agent whose token expires soon',
      { nodes: [behindAgent], ...standing('good', nowMs + dayMs) },
      /^warning: node-1: the join token of its agent \(0123456789abcdef\) expires at 2027-01-16T08:00:00Z → renew it: make a new token/,
    ],
  ])('of %s says what to do', (_, over, expected) => {
    const found = amiss(fleet(over));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });
});
