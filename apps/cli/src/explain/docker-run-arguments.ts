import { UsageError } from '../flags/usage-error.ts';

type Body = {
  Image: string;
  Env: string[];
  Labels: Record<string, string>;
  ExposedPorts: Record<string, object>;
  HostConfig: Record<string, unknown> & {
    Binds: string[];
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]>;
    Links: string[];
    VolumesFrom: string[];
  };
};

/** What `docker create|run` arguments ask for, as the create call would carry it. */
export type DryRunCreate = { readonly name: string; readonly platform: string; readonly body: Body };

/** Flags of `docker run` that take a value; those that placement does not read are read and dropped. */
const valueFlags: Readonly<Record<string, (value: string, into: Draft) => void>> = {
  '--name': (value, into) => void (into.name = value),
  '--platform': (value, into) => void (into.platform = value),
  '-e': (value, into) => void into.body.Env.push(value),
  '--env': (value, into) => void into.body.Env.push(value),
  '-l': (value, into) => label(value, into),
  '--label': (value, into) => label(value, into),
  '-p': (value, into) => publish(value, into),
  '--publish': (value, into) => publish(value, into),
  '--expose': (value, into) => void (into.body.ExposedPorts[withProtocol(value)] = {}),
  '-v': (value, into) => void into.body.HostConfig.Binds.push(value),
  '--volume': (value, into) => void into.body.HostConfig.Binds.push(value),
  '--volumes-from': (value, into) => void into.body.HostConfig.VolumesFrom.push(value),
  '--link': (value, into) => void into.body.HostConfig.Links.push(value),
  '-m': (value, into) => void (into.body.HostConfig['Memory'] = bytes(value)),
  '--memory': (value, into) => void (into.body.HostConfig['Memory'] = bytes(value)),
  '--memory-reservation': (value, into) => void (into.body.HostConfig['MemoryReservation'] = bytes(value)),
  '--cpus': (value, into) => void (into.body.HostConfig['NanoCpus'] = Math.round(Number(value) * 1e9)),
  '-c': (value, into) => void (into.body.HostConfig['CpuShares'] = Number(value)),
  '--cpu-shares': (value, into) => void (into.body.HostConfig['CpuShares'] = Number(value)),
  '--cpuset-cpus': (value, into) => void (into.body.HostConfig['CpusetCpus'] = value),
  '--net': (value, into) => void (into.body.HostConfig['NetworkMode'] = value),
  '--network': (value, into) => void (into.body.HostConfig['NetworkMode'] = value),
  '--ipc': (value, into) => void (into.body.HostConfig['IpcMode'] = value),
  '--pid': (value, into) => void (into.body.HostConfig['PidMode'] = value),
  '--gpus': (value, into) => void (into.body.HostConfig['DeviceRequests'] = [gpus(value)]),
  '--mount': (value, into) => mount(value, into),
};

const droppedValueFlags = new Set(
  (
    '-h --hostname -u --user -w --workdir --entrypoint --restart --memory-swap --shm-size --ulimit --log-driver --log-opt --dns --dns-search --add-host --cap-add --cap-drop ' +
    '--security-opt --device --tmpfs --stop-signal --stop-timeout --health-cmd --health-interval --health-retries --health-timeout --ip --mac-address --network-alias --net-alias ' +
    '--userns --uts --cgroupns --runtime --pids-limit --env-file --label-file --cidfile --pull --annotation --sysctl --volume-driver --isolation --domainname --group-add'
  ).split(' '),
);

const booleanFlags = new Set([
  '-d',
  '--detach',
  '-i',
  '--interactive',
  '-t',
  '--tty',
  '--rm',
  '--init',
  '--privileged',
  '--read-only',
  '-P',
  '--publish-all',
  '-q',
  '--quiet',
  '--no-healthcheck',
  '--oom-kill-disable',
]);

type Draft = { name: string; platform: string; body: Body };

/** Parses the arguments of `docker run|create` as far as placement reads them. Unknown flags are refused: a guess would explain another container. */
export function parseDockerRun(args: readonly string[]): DryRunCreate {
  const draft: Draft = {
    name: '',
    platform: '',
    body: {
      Image: '',
      Env: [],
      Labels: {},
      ExposedPorts: {},
      HostConfig: { Binds: [], PortBindings: {}, Links: [], VolumesFrom: [] },
    },
  };
  const rest = [...args];
  if (rest[0] === 'docker') rest.shift();
  if (rest[0] === 'run' || rest[0] === 'create') rest.shift();
  while (rest[0]?.startsWith('-')) takeFlag(rest, draft);
  const image = rest.shift();
  if (image === undefined)
    throw new UsageError('the image is missing: baleen explain --dry-run [docker run flags] IMAGE [COMMAND]');
  draft.body.Image = image;
  return draft;
}

function takeFlag(rest: string[], draft: Draft): void {
  const token = rest.shift() ?? '';
  if (booleanFlags.has(token.replace(/=.*$/, ''))) return;
  if (/^-[ditqP]{2,}$/.test(token)) return;
  const equals = token.startsWith('--') ? token.indexOf('=') : -1;
  const short = /^-[a-zA-Z]./.test(token) && !token.startsWith('--');
  const flag = equals >= 0 ? token.slice(0, equals) : short ? token.slice(0, 2) : token;
  const apply = valueFlags[flag];
  if (apply === undefined && !droppedValueFlags.has(flag)) throw new UsageError(`unknown docker run flag: ${flag}`);
  const value = equals >= 0 ? token.slice(equals + 1) : short ? token.slice(2).replace(/^=/, '') : rest.shift();
  if (value === undefined) throw new UsageError(`flag needs an argument: ${flag}`);
  apply?.(value, draft);
}

function label(value: string, into: Draft): void {
  const [key = '', ...text] = value.split('=');
  into.body.Labels[key] = text.join('=');
}

function publish(value: string, into: Draft): void {
  const match = /^(?:(\[[^\]]+\]|[^:]*):)?(?:([\d-]*):)?(\d+(?:-\d+)?)(?:\/(\w+))?$/.exec(value);
  const twoPart = /^([\d-]+):(\d+(?:-\d+)?)(?:\/(\w+))?$/.exec(value);
  const [ip, hostPort, containerPort, protocol] =
    twoPart !== null ? ['', twoPart[1], twoPart[2], twoPart[3]] : [match?.[1] ?? '', match?.[2], match?.[3], match?.[4]];
  if (containerPort === undefined) throw new UsageError(`invalid port: ${value}`);
  const container = span(containerPort, value);
  const host = hostPort === undefined || hostPort === '' ? container.map(() => '') : span(hostPort, value).map(String);
  container.forEach((port, index) => {
    const key = `${port}/${protocol ?? 'tcp'}`;
    into.body.ExposedPorts[key] = {};
    into.body.HostConfig.PortBindings[key] = [{ HostIp: ip, HostPort: host[index] ?? '' }];
  });
}

function span(text: string, whole: string): number[] {
  const [from, to = from] = text.split('-').map(Number);
  if (from === undefined || to === undefined || !(from <= to) || to - from > 65_535)
    throw new UsageError(`invalid port: ${whole}`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function mount(value: string, into: Draft): void {
  const fields = Object.fromEntries(
    value.split(',').map((field) => [field.split('=')[0] ?? '', field.split('=').slice(1).join('=')]),
  );
  const source = fields['source'] ?? fields['src'] ?? '';
  const target = fields['target'] ?? fields['dst'] ?? fields['destination'] ?? '';
  const mounts = (into.body.HostConfig['Mounts'] ??= []) as object[];
  mounts.push({ Type: fields['type'] ?? 'volume', Source: source, Target: target });
}

function gpus(value: string): object {
  if (value === 'all') return { Driver: '', Count: -1, Capabilities: [['gpu']] };
  const devices = /device=([^"]+)/.exec(value)?.[1];
  if (devices !== undefined) return { Driver: '', Count: 0, DeviceIDs: devices.split(','), Capabilities: [['gpu']] };
  return { Driver: '', Count: Number(/\d+/.exec(value)?.[0] ?? 1), Capabilities: [['gpu']] };
}

function bytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?$/i.exec(text);
  if (match === null) throw new UsageError(`invalid size: ${text}`);
  return Math.floor(Number(match[1]) * 1024 ** 'bkmgt'.indexOf((match[2] === '' ? 'b' : (match[2] ?? 'b')).toLowerCase()));
}

function withProtocol(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`;
}
