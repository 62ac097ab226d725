import { agentOf, type FleetNode, type FleetStatus, type LogHealth } from '#contracts';
import { ofAgent, type TokenKeys } from './agent-diagnosis.ts';
import { type Finding, problem, warning, well } from './finding.ts';

export type GatewayFailure = {
  readonly reason: string;
  /** A gateway answers, but not this, or not to whoever asks so. */
  readonly isThere: boolean;
};

/** What was found out, as far as it could be. */
export type Symptoms = {
  /** Address that was asked, as DOCKER_HOST names it. */
  readonly host: string;
  /** Absent when no gateway told it, for which `gatewayFailure` says why. */
  readonly status: FleetStatus | undefined;
  readonly gatewayFailure?: GatewayFailure | undefined;
  readonly nodes: readonly FleetNode[];
  /** Of the NATS that was named, asked directly; absent when none was. */
  readonly nats?: LogHealth | undefined;
  /** Absent unless the operator named them. */
  readonly tokenKeys?: TokenKeys | undefined;
  readonly nowMs: number;
};

/** Clocks further apart than this make leases of certificates, `since` of events and ages wrong. */
const skewMaxMs = 2_000;
/** A write takes a millisecond or a few, also to three replicas. */
const slowWriteMs = 500;
/** Two times the longest usual rest between two readings. */
const staleMs = 120 * 60_000;
const dayMs = 24 * 60 * 60_000;
/** Time to renew a certificate on a working day, holidays included. */
const expiryWarningMs = 21 * dayMs;

/** What is well and what is not, each with what to do; the order is that in which things depend on each other. */
export function diagnose(symptoms: Symptoms): Finding[] {
  const { status, nats } = symptoms;
  return [
    ...(nats === undefined ? [] : ofLog('NATS, asked directly', nats)),
    ...ofGateway(symptoms),
    ...(status === undefined
      ? []
      : [
          ...ofLog('NATS, as the gateway sees it', status.log),
          ...ofServices(status, symptoms.nodes),
          ...ofCertificates(status, symptoms.nowMs),
          ...ofPolicy(status),
        ]),
    ...(status === undefined ? [] : ofEngines(symptoms)),
  ];
}

function ofGateway({ host, status, gatewayFailure }: Symptoms): Finding[] {
  if (status === undefined) return [noStatus(host, gatewayFailure)];
  const found = well(`the gateway at ${host} answers: Baleen ${status.version}, cluster ${status.cluster}`);
  if (status.isReady) return [found];
  return [
    found,
    warning(
      'it does not know its whole fleet yet: not every engine has answered or failed since it started',
      'wait 15 s and ask again',
    ),
  ];
}

function noStatus(host: string, { reason, isThere }: GatewayFailure = { reason: 'it did not answer', isThere: false }): Finding {
  return isThere
    ? problem(
        `the gateway at ${host} does not tell us how the fleet is: ${reason}`,
        'ask as somebody whom its policy lets see the fleet: a client certificate (DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or --tlsverify, --tlscacert, --tlscert, --tlskey) or a token (BALEEN_TOKEN)',
      )
    : problem(`no gateway at ${host}: ${reason}`, 'start one (baleen manage …), or name it with -H or DOCKER_HOST');
}

function ofLog(what: string, { server, stream, clockDeltaMs, writeMs, failure }: LogHealth): Finding[] {
  if (failure !== undefined)
    return [
      problem(
        `${what}: ${failure}${stream === undefined ? '' : '; reads are answered'}`,
        logRemedy(failure) ?? (stream === undefined ? remedies.silent : remedies.readOnly),
      ),
    ];
  const kept =
    stream && `${stream.messages} messages, ${mib(stream.bytes)}, ${stream.storage} storage, ${replicas(stream.replicas)}`;
  const found = [well(`${what}: nats-server ${server}, JetStream writes (${(writeMs ?? 0).toFixed(1)} ms); ${kept ?? ''}`)];
  if ((writeMs ?? 0) > slowWriteMs)
    found.push(
      warning(
        `${what}: a write took ${Math.round(writeMs ?? 0)} ms`,
        'look at the disk of nats-server (store_dir) and the way to it',
      ),
    );
  if (Math.abs(clockDeltaMs) > skewMaxMs)
    found.push(
      warning(
        `${what}: its clock is ${apart(clockDeltaMs)} ours`,
        'let both machines keep time (chrony, systemd-timesyncd): certificates and ages go by it',
      ),
    );
  return found;
}

/** The server says most of it in its own words; these are the ones that users cannot act on. */
function logRemedy(failure: string): string | undefined {
  if (/too old/.test(failure))
    return 'install a newer nats-server there, or leave --nats out: baleen manage brings its own; then start the services again';
  if (/without JetStream|was not made by Baleen/.test(failure)) return 'do what is said there, then start the services again';
  if (/insufficient|no space|resource limits|maximum/i.test(failure))
    return 'free disk space under the store_dir of nats-server, or raise its max_file_store; nothing is lost: engines are read anew';
  if (/no responders|not available/i.test(failure))
    return 'JetStream gave up: read the log of nats-server (a full disk and a lost quorum of replicas do that), mend it and start nats-server again';
  if (/not found/i.test(failure)) return 'no service of this cluster has run on it: check --cluster and --nats';
  if (/auth|permission/i.test(failure)) return 'check user and password in the NATS address, and what this user may publish';
  return undefined;
}

const remedies = {
  silent: 'check that nats-server runs, its address (--nats) and the firewall between',
  /** A server whose disk was full takes nothing more until it is started again, and answers reads as ever. */
  readOnly:
    'its log says why: where its disk is full, free space under its store_dir (--nats-dir) and start it again (baleen manage does that with the one it brought); where replicas are away, start those',
};

function ofServices({ leader, monitors }: FleetStatus, nodes: readonly FleetNode[]): Finding[] {
  const found: Finding[] = [];
  if (leader === undefined)
    found.push(
      problem('no scheduler leads: creates wait and then fail', 'start a scheduler (baleen scheduler --nats …), or read its log'),
    );
  else found.push(well(`the scheduler ${leader} leads`));
  const watching = monitors.map(({ name, engines: count }) => `${name} (${count})`).join(', ');
  if (monitors.length > 0) found.push(well(`watched by ${watching}`));
  // An engine behind an agent is watched by that alone: see `ofAgent`.
  const unwatched = nodes.filter(({ monitor, address }) => monitor === undefined && agentOf(address) === undefined).length;
  if (unwatched > 0)
    found.push(
      problem(
        `${count(unwatched, 'engine')} watched by no monitor: what is shown of them grows old, and nothing is placed or changed there`,
        'start a monitor (baleen monitor --nats …)',
      ),
    );
  if (nodes.length === 0)
    found.push(
      problem(
        'the fleet has no engine',
        'check the discovery argument (baleen list <discovery> shows what it gives), or join one through an agent (baleen join-token, baleen join --token)',
      ),
    );
  return found;
}

function ofCertificates({ certificates }: FleetStatus, nowMs: number): Finding[] {
  const remedy = 'renew it; files that change are read anew without a restart';
  return certificates.map(({ name, expiresAtMs, failure = '' }) => {
    if (expiresAtMs === undefined) return problem(`the certificate “${name}” of the gateway: ${failure}`, 'mend the file');
    const days = Math.floor(Math.abs(expiresAtMs - nowMs) / dayMs);
    if (expiresAtMs <= nowMs) return problem(`the certificate “${name}” of the gateway ended ${count(days, 'day')} ago`, remedy);
    const lasts = `the certificate “${name}” of the gateway lasts ${count(days, 'day')} more`;
    return expiresAtMs - nowMs < expiryWarningMs ? warning(lasts, remedy) : well(lasts);
  });
}

function ofPolicy({ policyFailure }: FleetStatus): Finding[] {
  if (policyFailure === undefined) return [];
  const { file, failure } = policyFailure;
  const [first = '', ...others] = failure.split('\n');
  const more = others.length === 0 ? '' : ` (and ${count(others.length, 'problem')} more)`;
  return [
    problem(
      `the policy file ${file} of the gateway has changed and cannot be used: ${first}${more}; the policy before it stays in force, and a gateway that starts now refuses the file`,
      `mend it (baleen policy check ${file}, on the gateway’s machine, names every problem); it is read anew without a restart`,
    ),
  ];
}

function ofEngines({ nodes, tokenKeys, nowMs }: Symptoms): Finding[] {
  const bad = nodes.flatMap((node) => [...ofEngine(node, nowMs), ...ofAgent(node, tokenKeys, nowMs)]);
  const healthy = nodes.filter(({ state }) => state === 'healthy').length;
  return [...(healthy > 0 ? [well(`${healthy} of ${count(nodes.length, 'engine')} healthy`)] : []), ...bad];
}

function ofEngine(node: FleetNode, nowMs: number): Finding[] {
  const { name, address, state, reason = 'it has not answered yet', clockDeltaMs, inventoryAtMs } = node;
  const shown = name === '' ? address : `${name} (${address})`;
  const found: Finding[] = [];
  // Disconnected is only what an agent serves, of which `ofAgent` tells.
  if (state !== 'healthy' && state !== 'drained' && state !== 'disconnected')
    found.push(problem(`${shown} is ${state}: ${reason}`, engineRemedy(reason)));
  if (Math.abs(clockDeltaMs) > skewMaxMs)
    found.push(
      warning(
        `${shown}: its clock is ${apart(clockDeltaMs)} ours`,
        'let it keep time (chrony, systemd-timesyncd): events and ages go by it',
      ),
    );
  if (state === 'healthy' && inventoryAtMs !== undefined && nowMs - inventoryAtMs > staleMs)
    found.push(
      warning(
        `${shown}: what it holds was read ${Math.round((nowMs - inventoryAtMs) / 60_000)} minutes ago`,
        'a list of it fails (a volume driver that is away does that): read the log of its monitor',
      ),
    );
  return found;
}

function engineRemedy(reason: string): string {
  if (/refused|does not exist/.test(reason)) return 'start dockerd there, and let it listen at that address (-H)';
  if (/answered with status/.test(reason))
    return 'something else than a Docker daemon answers there: correct the address in the discovery list, and look for a proxy between';
  if (/certificate|TLS|CA\b|handshake/i.test(reason))
    return 'check the CA and key pair for engines (--engine-tlscacert, --engine-tlscert, --engine-tlskey): the engine’s certificate must be of that CA and name its address';
  if (/resolve/.test(reason)) return 'check the name in the discovery list, and DNS on the monitor’s machine';
  if (/no route|no answer|does not answer|timed? ?out/i.test(reason))
    return 'check the machine, the network and the firewall between it and its monitor';
  if (/--min-engine-api/.test(reason)) return 'upgrade its Docker Engine, or lower --min-engine-api';
  if (/\bID\b|clone/.test(reason))
    return 'list each daemon once; on a cloned machine remove /etc/docker/key.json and /var/lib/docker/engine-id and restart dockerd';
  if (/SSH|ssh/.test(reason)) return 'try ssh to it as the monitor’s user: keys, known_hosts and the remote docker command';
  return 'see baleen nodes and the log of its monitor';
}

function apart(deltaMs: number): string {
  return `${(Math.abs(deltaMs) / 1_000).toFixed(1)} s ${deltaMs > 0 ? 'behind' : 'ahead of'}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function replicas(number: number): string {
  return number === 1 ? 'one replica' : `${number} replicas`;
}

function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
