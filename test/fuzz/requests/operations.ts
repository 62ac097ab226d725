/**
 * The kind of a parameter says which values are tried: names of objects that exist and that do not, numbers, times, list queries…;
 * any of them may also get nonsense.
 */
export type Kind =
  | 'container'
  | 'image'
  | 'network'
  | 'volume'
  | 'exec'
  | 'name'
  | 'bool'
  | 'int'
  | 'time'
  | 'text'
  | 'path'
  | 'filters'
  | 'signal'
  | 'reference';

export type Operation = {
  readonly method: string;
  /** `{container}`: the kind of what goes there. */
  readonly path: string;
  readonly query: Readonly<Record<string, Kind>>;
  /** An example of a good body; variations of it are tried. */
  readonly body?: unknown;
  /** A body that is no JSON: an archive. */
  readonly isArchive?: true;
  /** Refused on a fleet with 501 by design (docs/api.md); a bare engine is not asked, it might obey. */
  readonly isRefused?: true;
};

type Extras = Pick<Operation, 'body' | 'isArchive' | 'isRefused'>;

/** `GET /path` and its query as `name:kind name:kind`. */
function operation(line: string, query = '', extras: Extras = {}): Operation {
  const [method = '', path = ''] = line.split(' ');
  const pairs = query.split(' ').filter((pair) => pair !== '');
  return { method, path, query: Object.fromEntries(pairs.map((pair) => pair.split(':') as [string, Kind])), ...extras };
}

const create = {
  Image: 'busybox',
  Cmd: ['true'],
  Entrypoint: [],
  Labels: { a: 'b' },
  Env: ['A=b'],
  Tty: false,
  OpenStdin: false,
  User: '0',
  WorkingDir: '/',
  Hostname: 'h',
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/anonymous': {} },
  StopSignal: 'TERM',
  StopTimeout: 1,
  Healthcheck: { Test: ['CMD', 'true'], Interval: 1_000_000_000, Retries: 1 },
  HostConfig: {
    Memory: 67_108_864,
    CpuShares: 2,
    NanoCpus: 0,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    NetworkMode: 'net',
    Binds: ['vol:/data'],
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '0' }] },
    Mounts: [{ Type: 'volume', Source: 'vol', Target: '/mounted' }],
    Init: true,
    CapAdd: ['NET_ADMIN'],
    ExtraHosts: ['a:1.2.3.4'],
    LogConfig: { Type: 'json-file', Config: {} },
    Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }],
    Tmpfs: { '/t': '' },
    Links: [],
    VolumesFrom: [],
  },
  NetworkingConfig: { EndpointsConfig: { net: { Aliases: ['x'] } } },
};
const exec = {
  Cmd: ['true'],
  AttachStdout: true,
  AttachStdin: false,
  Tty: false,
  Env: ['A=b'],
  User: '0',
  WorkingDir: '/',
  DetachKeys: '',
};
const network = {
  Name: 'made-net',
  Driver: 'bridge',
  CheckDuplicate: true,
  Internal: false,
  Labels: { a: 'b' },
  Options: {},
  IPAM: { Driver: 'default', Config: [{ Subnet: '10.99.7.0/24' }] },
};

/** What the Engine API's swagger (1.56) and its neighbourhood has, with all parameters. */
export const operations: readonly Operation[] = [
  operation('GET /containers/json', 'all:bool limit:int size:bool filters:filters before:container since:container'),
  operation('POST /containers/create', 'name:name platform:text', { body: create }),
  operation('GET /containers/{container}/json', 'size:bool'),
  operation('GET /containers/{container}/top', 'ps_args:text'),
  operation(
    'GET /containers/{container}/logs',
    'follow:bool stdout:bool stderr:bool since:time until:time timestamps:bool tail:int',
  ),
  operation('GET /containers/{container}/changes'),
  operation('GET /containers/{container}/export'),
  operation('GET /containers/{container}/stats', 'stream:bool one-shot:bool'),
  operation('POST /containers/{container}/resize', 'h:int w:int'),
  operation('POST /containers/{container}/start', 'detachKeys:text checkpoint:text'),
  operation('POST /containers/{container}/stop', 'signal:signal t:int'),
  operation('POST /containers/{container}/restart', 'signal:signal t:int'),
  operation('POST /containers/{container}/kill', 'signal:signal'),
  operation('POST /containers/{container}/update', '', {
    body: { Memory: 67_108_864, MemorySwap: -1, CpuShares: 5, RestartPolicy: { Name: 'no' } },
  }),
  operation('POST /containers/{container}/rename', 'name:name'),
  operation('POST /containers/{container}/pause'),
  operation('POST /containers/{container}/unpause'),
  operation('POST /containers/{container}/attach', 'detachKeys:text logs:bool stream:bool stdin:bool stdout:bool stderr:bool'),
  operation('GET /containers/{container}/attach/ws', 'logs:bool stream:bool stdout:bool'),
  operation('POST /containers/{container}/wait', 'condition:text'),
  operation('DELETE /containers/{container}', 'v:bool force:bool link:bool'),
  operation('HEAD /containers/{container}/archive', 'path:path'),
  operation('GET /containers/{container}/archive', 'path:path'),
  operation('PUT /containers/{container}/archive', 'path:path noOverwriteDirNonDir:bool copyUIDGID:bool', { isArchive: true }),
  operation('POST /containers/prune', 'filters:filters'),
  operation('POST /containers/{container}/exec', '', { body: exec }),
  operation('POST /exec/{exec}/start', '', { body: { Detach: false, Tty: false } }),
  operation('POST /exec/{exec}/resize', 'h:int w:int'),
  operation('GET /exec/{exec}/json'),
  operation('GET /images/json', 'all:bool filters:filters shared-size:bool digests:bool manifests:bool'),
  operation(
    'POST /build',
    'dockerfile:path t:reference q:bool nocache:bool rm:bool memory:int buildargs:text labels:text version:int',
    { isArchive: true },
  ),
  operation('POST /build/prune', 'keep-storage:int all:bool filters:filters'),
  operation('POST /build/cancel', 'id:text'),
  operation('POST /images/create', 'fromImage:reference repo:text tag:text message:text changes:text platform:text'),
  operation('GET /images/{image}/json', 'manifests:bool platform:text'),
  operation('GET /images/{image}/history', 'platform:text'),
  operation('POST /images/{image}/push', 'tag:text platform:text'),
  operation('POST /images/{image}/tag', 'repo:reference tag:text'),
  operation('DELETE /images/{image}', 'force:bool noprune:bool'),
  operation('POST /images/prune', 'filters:filters'),
  operation('POST /auth', '', { body: { username: 'u', password: 'p', serveraddress: '127.0.0.1:1' } }),
  operation('GET /info'),
  operation('GET /version'),
  operation('GET /_ping'),
  operation('HEAD /_ping'),
  operation('POST /commit', 'container:container repo:reference tag:text comment:text author:text pause:bool changes:text', {
    body: { Labels: { a: 'b' } },
  }),
  operation('GET /events', 'since:time until:time filters:filters'),
  operation('GET /system/df', 'type:text verbose:bool'),
  operation('GET /images/{image}/get', 'platform:text'),
  operation('GET /images/get', 'names:image'),
  operation('POST /images/load', 'quiet:bool platform:text', { isArchive: true }),
  operation('GET /volumes', 'filters:filters'),
  operation('POST /volumes/create', '', { body: { Name: 'made-vol', Driver: 'local', DriverOpts: {}, Labels: { a: 'b' } } }),
  operation('GET /volumes/{volume}'),
  operation('PUT /volumes/{volume}', 'version:int', { body: { Spec: {} } }),
  operation('DELETE /volumes/{volume}', 'force:bool'),
  operation('POST /volumes/prune', 'filters:filters'),
  operation('GET /networks', 'filters:filters'),
  operation('GET /networks/{network}', 'verbose:bool scope:text'),
  operation('DELETE /networks/{network}'),
  operation('POST /networks/create', '', { body: network }),
  operation('POST /networks/{network}/connect', '', {
    body: { Container: 'running', EndpointConfig: { Aliases: ['x'], IPAMConfig: {} } },
  }),
  operation('POST /networks/{network}/disconnect', '', { body: { Container: 'running', Force: false } }),
  operation('POST /networks/prune', 'filters:filters'),
  operation('GET /plugins', 'filters:filters'),
  operation('GET /plugins/{text}/json'),
  operation('DELETE /plugins/{text}', 'force:bool', { isRefused: true }),
  operation('POST /plugins/{text}/enable', 'timeout:int', { isRefused: true }),
  operation('POST /plugins/{text}/disable', 'force:bool', { isRefused: true }),
  operation('POST /plugins/{text}/push', '', { isRefused: true }),
  operation('POST /plugins/{text}/set', '', { body: ['A=b'], isRefused: true }),
  operation('POST /swarm/init', '', { body: { ListenAddr: '127.0.0.1' }, isRefused: true }),
  operation('POST /swarm/join', '', { body: { RemoteAddrs: [] }, isRefused: true }),
  operation('GET /swarm'),
  operation('GET /swarm/unlockkey'),
  operation('POST /swarm/leave', 'force:bool'),
  operation('POST /swarm/update', 'version:int', { body: {} }),
  operation('POST /swarm/unlock', '', { body: { UnlockKey: 'x' } }),
  operation('GET /nodes', 'filters:filters'),
  operation('GET /nodes/{text}'),
  operation('GET /services', 'filters:filters'),
  operation('GET /services/{text}', ''),
  operation('POST /services/create', '', { body: { Name: 's' } }),
  operation('GET /tasks', 'filters:filters'),
  operation('GET /secrets', 'filters:filters'),
  operation('POST /secrets/create', '', { body: { Name: 's', Data: '' } }),
  operation('GET /configs', 'filters:filters'),
  operation('POST /configs/create', '', { body: { Name: 'c', Labels: { a: 'b' }, Data: 'YQ==' } }),
  operation('POST /services/{text}/update', 'version:int', { body: { Name: 's' } }),
  operation('DELETE /secrets/{text}'),
  operation('GET /configs/{text}'),
  operation('GET /tasks/{text}'),
  operation('GET /distribution/{reference}/json'),
  operation('POST /session'),
  operation('POST /grpc'),
  operation('GET /containers/{container}/checkpoints', 'dir:text'),
  operation('GET /{text}'),
  operation('PUT /containers/{text}'),
  operation('DELETE /{text}/{text}'),
];
