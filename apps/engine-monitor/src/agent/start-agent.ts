import { hostname, networkInterfaces } from 'node:os';
import { type ClusterBus, credentialsName, natsAccess, openNatsBus, parseNatsUrl } from '#cluster-bus';
import { type DoorLog, openDoorLog } from '#cluster-log';
import { agentAddress, BaleenError, engineKey } from '#contracts';
import { type EngineAddress, type EngineTransport, openEngineTransport, parseEngineAddress } from '#docker-api';
import { ConfigError, type RunningService, type ServiceContext, sleep } from '#service-shell';
import { DockerConnection } from '../engine-actor/docker-connection.ts';
import { engineSettings } from '../engine-monitor.ts';
import type { MonitorConfig } from '../engine-monitor-config.ts';
import { Agent } from './agent.ts';
import { type AgentIdentity, agentIdentity } from './agent-identity.ts';
import { checkDaemon } from './daemon-check.ts';
import { type FleetConnection, FleetDialler } from './fleet-dialler.ts';
import { ownAddress, shownAt } from './own-address.ts';

/** NATS answers but its log does not yet: asked again after this. */
const logRetryMs = 1_000;

type Links = { readonly agent: Agent; readonly bus: ClusterBus; readonly close: () => Promise<void> };

/**
 * The monitor as the agent of one engine. Resolves after the first attempt: NATS may come later, and go and come back. Throws ConfigError for an
 * engine address or a state folder that cannot be used, and for a join token that the cluster refuses.
 */
export async function startAgent(context: ServiceContext<MonitorConfig>): Promise<RunningService> {
  const engine = localEngine(context.config.agentEngine);
  asConfiguration('--nats (BALEEN_NATS)', () => parseNatsUrl(context.config.nats));
  const identity = identityOf(context);
  const transport = openEngineTransport(context.config, context);
  context.logger.info({ agent: identity.id, engine: context.config.agentEngine }, 'agent of this engine');
  const dialler = diallerOf(context, identity);
  const first = await dialler.atStart(context.instance);
  let links: Links | undefined;
  void link(context, identity, { engine, transport, dialler, first }).then(
    (made) => (links = made),
    (error: unknown) => context.fail('the agent cannot work with this NATS', error),
  );
  void checkDaemon({ address: engine, shown: context.config.agentEngine, transport, host: hostname(), logger: context.logger });
  return {
    stop: async () => {
      await links?.agent.stop();
      await transport.close();
      await links?.close();
    },
    health: () => (links?.bus.connected === true ? undefined : 'NATS does not answer'),
  };
}

type Ends = {
  readonly engine: EngineAddress;
  readonly transport: EngineTransport;
  readonly dialler: FleetDialler;
  /** What stands already. */
  readonly first: FleetConnection | undefined;
};

async function link(
  context: ServiceContext<MonitorConfig>,
  identity: AgentIdentity,
  { engine, transport, dialler, first }: Ends,
): Promise<Links> {
  const { config, logger, clock, randomness, instance } = context;
  const connection = first ?? (await dialler.dial(instance));
  const tunnels = await dialler.dial(`${instance}-tunnels`, true);
  const { log, standingOf } = await openLog(context, identity, connection);
  const bus = openNatsBus({ connection, cluster: config.cluster, logger });
  const tunnelBus = openNatsBus({ connection: tunnels, cluster: config.cluster, logger });
  let wasConnected = true;
  bus.onConnectionChange((connected) => {
    // A refused attempt at coming back breaks the connection once more.
    if (connected === wasConnected) return;
    wasConnected = connected;
    if (connected) logger.info('connected to NATS again');
    else logger.warn('the connection to NATS broke; containers run on, trying to come back');
  });
  // It comes back from everything but a token that was read while it was no whole one.
  const ended = `the connection to the fleet ended for good: see that ${config.natsCredsFile} is a whole join token, and start again`;
  for (const each of [connection, tunnels]) void each.closed().then(() => context.fail(ended));
  const agent = new Agent({
    log,
    bus,
    tunnelBus,
    clock,
    randomness,
    logger,
    identity,
    host: hostname(),
    instance,
    settings: engineSettings(config),
    standingOf,
    leaseTtlMs: config.leaseTtlMs,
    engine,
    transport,
    connect: () => {
      const connection = new DockerConnection(config.agentEngine, transport, clock);
      const shown = config.agentAddress || (engine.kind === 'unix' ? ownAddress(networkInterfaces()) : undefined);
      return shown === undefined ? connection : shownAt(connection, shown);
    },
  });
  const close = async () => {
    await Promise.all([bus.close(), tunnelBus.close(), log.close()]);
    await Promise.all([connection.close(), tunnels.close()]);
  };
  return { agent, bus, close };
}

function diallerOf({ config, clock, randomness, logger }: ServiceContext<MonitorConfig>, { id }: AgentIdentity): FleetDialler {
  const access = { ...natsAccess(config), inboxName: id };
  const token = { id, file: config.natsCredsFile, url: config.nats };
  return new FleetDialler({ access, token, clock, randomness, logger });
}

/** In the credentials, when there are any: NATS lets them do what is this agent's, under this name alone. */
function identityOf({ config, randomness }: ServiceContext<MonitorConfig>): AgentIdentity {
  const { natsCredsFile: file, stateDir } = config;
  if (file === '') return agentIdentity(stateDir, randomness);
  return asConfiguration('BALEEN_NATS_CREDS_FILE', () => ({ id: credentialsName(file), file, isIssued: true }));
}

async function openLog(
  { config, clock, logger }: ServiceContext<MonitorConfig>,
  identity: AgentIdentity,
  connection: FleetConnection,
): Promise<DoorLog> {
  const key = engineKey(agentAddress(identity.id));
  for (let complained = false; ; complained = true) {
    try {
      return await openDoorLog({ connection, cluster: config.cluster, key, clock, logger });
    } catch (error) {
      if (!(error instanceof BaleenError) || !error.retryable) throw error;
      if (!complained) logger.warn(`waiting for the log of the fleet: ${error.message}`);
      await sleep(clock, logRetryMs);
    }
  }
}

function localEngine(text: string): EngineAddress {
  const flag = '--engine (BALEEN_AGENT_ENGINE)';
  const address = asConfiguration(flag, () => parseEngineAddress(text));
  if (address.kind !== 'agent') return address;
  throw new ConfigError([`${flag}: ${text} is another agent's: name this machine's daemon, unix:///var/run/docker.sock`]);
}

function asConfiguration<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    throw new ConfigError([`${flag}: ${error.message}`]);
  }
}
