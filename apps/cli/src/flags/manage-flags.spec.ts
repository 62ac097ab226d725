import { describe, expect, it } from 'vitest';
import { planServices } from '../services/service-plan.ts';
import { manageSettings } from './manage-flags.ts';
import type { ManageOptions } from './manage-options.ts';

const defaults: ManageOptions = {
  strategy: 'spread',
  filter: [],
  host: [],
  engineRefreshMinInterval: '30s',
  engineRefreshMaxInterval: '60s',
  engineFailureRetry: '3',
  engineRefreshRetry: '3',
  heartbeat: '60s',
  clusterDriver: 'swarm',
  discoveryOpt: [],
  clusterOpt: [],
  containerNameRefreshFilter: '',
  containerNames: 'node',
  publish: 'auto',
  dockerSocket: 'engine',
  admin: [],
  natsStorage: 'file',
  cluster: 'default',
  monitors: '1',
  schedulers: '1',
  gateways: '1',
  gatewayPorts: 'shared',
};
const settings = (options: Partial<ManageOptions>, discovery: string | undefined = 'n1:2375') =>
  manageSettings({ ...defaults, ...options }, discovery);

describe('the flags of manage', () => {
  it('have the defaults of classic Swarm', () => {
    expect(settings({})).toMatchObject({
      discovery: 'n1:2375',
      heartbeatMs: 60_000,
      strategy: 'spread',
      filters: [],
      hosts: ['tcp://127.0.0.1:2375'],
      refreshMinMs: 30_000,
      refreshMaxMs: 60_000,
      failureRetry: 3,
      monitors: 1,
      schedulers: 1,
      gateways: 1,
      sharedPorts: false,
    });
  });

  it.each<[string, Partial<ManageOptions>, string]>([
    ['gateways that listen nowhere known', { gatewayPorts: 'any' }, '--gateway-ports takes shared or own, not any'],
    [
      'a certificate without tls',
      { tlscert: 'c' },
      '--tlscert, --tlskey and --tlscacert require the use of either --tls or --tlsverify',
    ],
    ['tls without a key', { tls: true, tlscert: 'c' }, '--tlscert and --tlskey must be provided when using --tls'],
    [
      'tlsverify without a CA',
      { tlsverify: true, tlscert: 'c', tlskey: 'k' },
      '--tlscacert must be provided when using --tlsverify',
    ],
    ['an unknown mode towards engines', { engineTls: 'on' }, '--engine-tls takes off, verify or unverified, not "on"'],
    ['certificates for engines without TLS', { engineTlscacert: 'ca' }, 'require --engine-tls verify or unverified'],
    [
      'half a key pair for engines',
      { engineTls: 'verify', engineTlscert: 'c' },
      '--engine-tlscert and --engine-tlskey must be given together',
    ],
    ['a bare number as interval', { engineRefreshMinInterval: '30' }, 'min refresh interval should be a positive number'],
    [
      'a maximum below the minimum',
      { engineRefreshMaxInterval: '1s' },
      'max refresh interval cannot be less than min refresh interval',
    ],
    ['no retries', { engineFailureRetry: '0' }, 'invalid failure retry count'],
    [
      'less than no retries',
      { engineFailureRetry: '-1' },
      'invalid failure retry count: --engine-failure-retry takes a number from 1 on, not "-1"',
    ],
    [
      'tlsverify without files',
      { tlsverify: true },
      '--tlscert and --tlskey must be provided when using --tlsverify: files of the gateway’s certificate and its key, and --tlscacert, the CA',
    ],
    ['the dead flag', { engineRefreshRetry: '4' }, '--engine-refresh-retry is deprecated. Use --engine-failure-retry'],
    ['a heartbeat that is no duration', { heartbeat: 'soon' }, 'invalid --heartbeat'],
    ['a heartbeat below a second', { heartbeat: '500ms' }, '--heartbeat should be at least one second'],
    ['a discovery option without =', { discoveryOpt: ['x'] }, '--discovery-opt must contain key=value strings'],
    ['an unknown strategy', { strategy: 'best' }, 'strategy not supported'],
    ['an unknown filter', { filter: ['taste'] }, 'filter not supported'],
    ['another cluster driver', { clusterDriver: 'mesos' }, 'unsupported cluster "mesos"'],
    ['a cluster option without =', { clusterOpt: ['key'] }, '--cluster-opt must contain key=value strings'],
    [
      'overcommit of -2',
      { clusterOpt: ['swarm.overcommit=-2'] },
      'swarm.overcommit should be larger than -1, -2.000000 is invalid',
    ],
    ['overcommit that is no number', { clusterOpt: ['swarm.overcommit=much'] }, 'swarm.overcommit should be a number'],
    ['negative create retries', { clusterOpt: ['swarm.createretry=-1'] }, 'swarm.createretry can not be negative, -1 is invalid'],
    ['an unknown pull policy', { clusterOpt: ['baleen.pull=some'] }, 'baleen.pull takes chosen or all, "some" is invalid'],
    ['a replication ttl of zero', { replication: true, replicationTtl: '0s' }, '--replication-ttl should be a positive number'],
    ['an unknown version mode', { apiVersion: 'oldest' }, '--api-version takes common or newest, not oldest'],
    ['a floor that is no version', { minEngineApi: 'v1.44' }, '--min-engine-api takes an API version, as in 1.44, not v1.44'],
    ['an unknown name style', { containerNames: 'long' }, '--container-names takes node or plain'],
    [
      'a socket that containers could not reach',
      { dockerSocket: 'tcp://127.0.0.1:2375' },
      '--docker-socket: tcp://127.0.0.1:2375 would be the container itself',
    ],
    ['too many monitors', { monitors: '1000' }, '--monitors takes a number from 0 to 32'],
  ])('refuse %s', (_, options, message) => {
    expect(() => settings(options)).toThrow(message);
  });

  it('open the profiler with --debug and answer browsers with --cors', () => {
    const gateway = (options: Partial<ManageOptions>) =>
      planServices(settings(options), { url: 'nats://x' }, 'info').find(({ app }) => app === 'api-gateway')?.env;
    expect(gateway({})).toMatchObject({ BALEEN_DEBUG: 'false', BALEEN_CORS: 'false' });
    expect(gateway({ debug: true, apiEnableCors: true })).toMatchObject({ BALEEN_DEBUG: 'true', BALEEN_CORS: 'true' });
  });

  it('want a discovery', () => {
    expect(() => settings({}, '')).toThrow("discovery required to manage a cluster. See 'baleen manage --help'.");
  });

  it('complain about refresh intervals before a missing discovery, as classic did', () => {
    expect(() => settings({ engineRefreshMinInterval: '0s' }, '')).toThrow('min refresh interval');
  });

  const pair = { tlscacert: 'ca', tlscert: 'c', tlskey: 'k' };
  const tlsOf = (options: Partial<ManageOptions>) => {
    const plans = planServices(settings(options), { url: 'nats://n' }, 'info');
    const of = (app: string, prefix: string) => {
      const env = plans.find((plan) => plan.app === app)?.env ?? {};
      return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith(prefix)));
    };
    expect(of('engine-monitor', 'BALEEN_ENGINE_TLS')).toEqual(of('api-gateway', 'BALEEN_ENGINE_TLS'));
    expect(of('engine-monitor', 'BALEEN_TLS')).toEqual({});
    return { endpoint: of('api-gateway', 'BALEEN_TLS'), engines: of('api-gateway', 'BALEEN_ENGINE_TLS') };
  };
  const secured = {
    BALEEN_TLS: 'verify',
    BALEEN_TLS_CA_FILE: 'ca',
    BALEEN_TLS_CERT_FILE: 'c',
    BALEEN_TLS_KEY_FILE: 'k',
  };

  it('secure listeners and engines with one key pair, as in classic', () => {
    expect(tlsOf({ tlsverify: true, ...pair, engineTlsDir: '/certs' })).toEqual({
      endpoint: secured,
      engines: {
        BALEEN_ENGINE_TLS: 'verify',
        BALEEN_ENGINE_TLS_CA_FILE: 'ca',
        BALEEN_ENGINE_TLS_CERT_FILE: 'c',
        BALEEN_ENGINE_TLS_KEY_FILE: 'k',
        BALEEN_ENGINE_TLS_DIR: '/certs',
      },
    });
    expect(tlsOf({ tls: true, tlscert: 'c', tlskey: 'k' })).toMatchObject({
      endpoint: { BALEEN_TLS: 'tls' },
      engines: { BALEEN_ENGINE_TLS: 'unverified' },
    });
  });

  it('take other certificates for the engines, or none', () => {
    expect(tlsOf({ tlsverify: true, ...pair, engineTls: 'off' })).toEqual({
      endpoint: secured,
      engines: { BALEEN_ENGINE_TLS: 'off' },
    });
    expect(tlsOf({ tlsverify: true, ...pair, engineTlscacert: 'ca-2', engineTlscert: 'c-2', engineTlskey: 'k-2' })).toEqual({
      endpoint: secured,
      engines: {
        BALEEN_ENGINE_TLS: 'verify',
        BALEEN_ENGINE_TLS_CA_FILE: 'ca-2',
        BALEEN_ENGINE_TLS_CERT_FILE: 'c-2',
        BALEEN_ENGINE_TLS_KEY_FILE: 'k-2',
      },
    });
    expect(tlsOf({ engineTls: 'verify', engineTlscacert: 'ca-2' })).toEqual({
      endpoint: {},
      engines: { BALEEN_ENGINE_TLS: 'verify', BALEEN_ENGINE_TLS_CA_FILE: 'ca-2' },
    });
  });

  it('hand passed sockets to all gateways, and a socket for ourselves to the first', () => {
    const given = {
      ...settings({ gateways: '2', host: ['fd://3'], admin: ['fd://4'] }),
      hosts: ['fd://3'],
      adminHosts: ['fd://4'],
    };
    const plans = planServices(given, { url: 'nats://n' }, 'info', '/own.sock').filter(({ app }) => app === 'api-gateway');
    expect(plans.map(({ env, passed }) => [env['BALEEN_HOSTS'], env['BALEEN_ADMIN_HOSTS'], passed])).toEqual([
      ['fd://3,unix:///own.sock', 'fd://4', [3, 4]],
      ['fd://3', 'fd://4', [3, 4]],
    ]);
  });

  it('say that containers get no certificates along with the fleet’s address', () => {
    const given = { tls: true, tlscert: 'c', tlskey: 'k', dockerSocket: 'tcp://10.0.0.1:2376' };
    expect(settings(given).notes).toEqual([expect.stringContaining('no certificates')]);
    expect(settings({ ...given, dockerSocket: 'engine' }).notes).toEqual([]);
  });

  it('leave TLS to the environment when they say nothing of it', () => {
    expect(tlsOf({})).toEqual({ endpoint: {}, engines: {} });
  });

  it('tell gateways and schedulers which engines are in service, and gateways what to announce', () => {
    const plans = planServices(settings({ apiVersion: 'newest', minEngineApi: '1.44' }), { url: 'nats://n' }, 'info');
    const envOf = (app: string) => plans.find((plan) => plan.app === app)?.env;
    expect(envOf('api-gateway')).toMatchObject({ BALEEN_API_VERSION: 'newest', BALEEN_MIN_ENGINE_API: '1.44' });
    expect(envOf('scheduler')).toMatchObject({ BALEEN_MIN_ENGINE_API: '1.44' });
  });

  it('say which accepted flags need not act', () => {
    const { notes, schedulerLeaseTtlMs } = settings({
      replication: true,
      replicationTtl: '5s',
      advertise: 'a:1',
      refreshOnNodeFilter: true,
    });
    expect(notes.join('\n')).toMatch(/--advertise[\s\S]*--refresh-on-node-filter/);
    expect(schedulerLeaseTtlMs).toBe(5_000);
  });

  it('take the replication ttl at its word, classic’s default included, and say when it does not act', () => {
    expect(settings({ replication: true, replicationTtl: '20s' }).schedulerLeaseTtlMs).toBe(20_000);
    expect(settings({ replication: true }).schedulerLeaseTtlMs).toBe(2_000);
    const { schedulerLeaseTtlMs, notes } = settings({ replicationTtl: '20s' });
    expect([schedulerLeaseTtlMs, notes]).toEqual([2_000, [expect.stringContaining('--replication only')]]);
  });

  it('open a door for agents only with a folder that keeps its password', () => {
    expect(settings({}).natsListen).toBeUndefined();
    expect(settings({ natsListen: '[fd00::1]:4222', natsDir: '/nats' }).natsListen).toEqual({ host: 'fd00::1', port: 4222 });
    expect(() => settings({ natsListen: '10.0.0.1:4222' })).toThrow('--nats-listen needs --nats-dir');
    expect(() => settings({ natsListen: '10.0.0.1:4222', natsDir: '/nats', nats: 'nats://n' })).toThrow(
      'with --nats, agents join that one',
    );
    for (const natsListen of ['4222', ':4222', 'host', 'host:0', 'host:65536']) {
      expect(() => settings({ natsListen, natsDir: '/nats' })).toThrow('--nats-listen takes host:port');
    }
  });
});
