import { hostname, networkInterfaces } from 'node:os';
import { type ClusterBus, connectNats, credentialsName, natsAccess, openNatsBus, parseNatsUrl } from '#cluster-bus';
import { type DoorLog, openDoorLog } from '#cluster-log';
import { agentAddress, BaleenError, engineKey } from '#contracts';
import { type EngineAddress, EngineClient, type EngineTransport, openEngineTransport, parseEngineAddress } from '#docker-api';
import { ConfigError, type RunningService, type ServiceContext, sleep } from '#service-shell';
import { DockerConnection } from '../engine-actor/docker-connection.ts';
import { engineSettings } from '../engine-monitor.ts';
import type { MonitorConfig } from '../engine-monitor-config.ts';
import { Agent } from './agent.ts';
import { type AgentIdentity, agentIdentity } from './agent-identity.ts';
import { ownAddress, shownAt } from './own-address.ts';

/** NATS answers but its log does not yet: asked again after this. */
const logRetryMs = 1_000;
const daemonCheckMs = 5_000;

type Links = { readonly agent: Agent; readonly bus: ClusterBus; readonly close: () => Promise<void> };

/**
 * The monitor as the agent of one engine. Resolves at once: NATS may come later, and go and come back. Throws ConfigError for an engine
 * address or a state folder that cannot be used.
 */
export function startAgent(context: ServiceContext<MonitorConfig>): RunningService {
  const engine = localEngine(context.config.agentEngine);
  asConfiguration('--nats (BALEEN_NATS)', () => parseNatsUrl(context.config.nats));
  const identity = identityOf(context);
  const transport = openEngineTransport(context.config, context);
  context.logger.info({ agent: identity.id, engine: context.config.agentEngine }, 'agent of this engine');
  let links: Links | undefined;
  void link(context, identity, engine, transport).then(
    (made) => (links = made),
    (error: unknown) => context.fail('the agent cannot work with this NATS', error),
  );
  void warnUnlessAnswering(context, engine, transport);
  return {
    stop: async () => {
      await links?.agent.stop();
      await transport.close();
      await links?.close();
    },
    health: () => (links?.bus.connected === true ? undefined : 'NATS does not answer'),
  };
}

async function link(
  context: ServiceContext<MonitorConfig>,
  identity: AgentIdentity,
  engine: EngineAddress,
  transport: EngineTransport,
): Promise<Links> {
  const { config, logger, clock, randomness, instance } = context;
  const access = { ...natsAccess(config), clock, logger, firstConnectMs: Number.POSITIVE_INFINITY };
  const [connection, tunnels] = await Promise.all([
    connectNats({ ...access, name: instance }),
    connectNats({ ...access, name: `${instance}-tunnels`, isBulk: true }),
  ]);
  const { log, standingOf } = await openLog(context, identity, connection);
  const bus = openNatsBus({ connection, cluster: config.cluster, logger });
  const tunnelBus = openNatsBus({ connection: tunnels, cluster: config.cluster, logger });
  bus.onConnectionChange((connected) => {
    if (connected) logger.info('connected to NATS again');
    else logger.warn('the connection to NATS broke; containers run on, trying to come back');
  });
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

/** In the credentials, when there are any: NATS lets them do what is this agent's, under this name alone. */
function identityOf({ config, randomness }: ServiceContext<MonitorConfig>): AgentIdentity {
  const { natsCredsFile: file, stateDir } = config;
  if (file === '') return agentIdentity(stateDir, randomness);
  return asConfiguration('BALEEN_NATS_CREDS_FILE', () => ({ id: credentialsName(file), file, isIssued: true }));
}

async function openLog(
  { config, clock, logger }: ServiceContext<MonitorConfig>,
  identity: AgentIdentity,
  connection: Awaited<ReturnType<typeof connectNats>>,
): Promise<DoorLog> {
  const key = engineKey(agentAddress(identity.id));
  for (let complained = false; ; complained = true) {
    try {
      return await openDoorLog({ connection, cluster: config.cluster, key, clock, logger });
    } catch (error) {
      if (!(error instanceof BaleenError) || !error.retryable) throw error;
      if (!complained) logger.warn({ err: error }, 'waiting for the log of the fleet');
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

/** Only a warning: the engine is enrolled all the same and healthy as soon as its daemon answers. */
async function warnUnlessAnswering(
  { logger }: ServiceContext<MonitorConfig>,
  engine: EngineAddress,
  transport: EngineTransport,
): Promise<void> {
  const client = new EngineClient({ address: engine, transport, connections: 1 });
  try {
    await client.request({ method: 'GET', path: '/_ping', timeoutMs: daemonCheckMs });
  } catch (error) {
    logger.warn({ err: error }, 'the daemon does not answer yet; the engine joins all the same and is used once it does');
  } finally {
    await client.close();
  }
}
