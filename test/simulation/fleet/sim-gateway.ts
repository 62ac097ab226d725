import type { ClusterBus } from '#cluster-bus';
import { KeysInLog } from '#cluster-log';
import { BaleenError } from '#contracts';
import type { Logger, Randomness } from '#service-shell';
import { PolicyStanding } from '../../../apps/api-gateway/src/access/policy-standing.ts';
import { gatewayConfigSchema } from '../../../apps/api-gateway/src/api-gateway-config.ts';
import { EngineCommandsClient } from '../../../apps/api-gateway/src/commands/engine-commands-client.ts';
import { heededBus } from '../../../apps/api-gateway/src/commands/heeded-bus.ts';
import { SchedulerClient } from '../../../apps/api-gateway/src/commands/scheduler-client.ts';
import type { Fleet } from '../../../apps/api-gateway/src/fleet.ts';
import { standingOf } from '../../../apps/api-gateway/src/fleet-view/engine-standing.ts';
import { ViewFollower } from '../../../apps/api-gateway/src/fleet-view/view-follower.ts';
import { Forwards } from '../../../apps/api-gateway/src/forwards/forwards.ts';
import { PortDialer } from '../../../apps/api-gateway/src/forwards/port-dialer.ts';
import type { Exchange } from '../../../apps/api-gateway/src/http/exchange.ts';
import { RequestMeter } from '../../../apps/api-gateway/src/http/request-meter.ts';
import { Router } from '../../../apps/api-gateway/src/http/router.ts';
import { containerCreateRoute } from '../../../apps/api-gateway/src/routes/containers/container-create.routes.ts';
import { containerMutationRoutes } from '../../../apps/api-gateway/src/routes/containers/container-mutations.ts';
import { containerRenameRoute } from '../../../apps/api-gateway/src/routes/containers/container-rename.ts';
import { PullMemory } from '../../../apps/api-gateway/src/routes/images/pull-memory.ts';
import { SingleFlight } from '../../../apps/api-gateway/src/routes/images/single-flight.ts';
import type { SimNetwork } from '../kernel/sim-network.ts';
import type { SimProcess } from '../kernel/sim-process.ts';

/** What a client gets. Status 0 = the gateway died before it answered; `defect` = the gateway broke. */
export type ClientAnswer = {
  readonly status: number;
  readonly body: string;
  readonly code: string;
  /** Place in the log up to which owners of engines had told the gateway by then that it has what they did. */
  readonly upTo?: number;
};

const config = gatewayConfigSchema.parse({ clusterOpts: 'swarm.overcommit=0' });

/** The gateway's process behind its HTTP: real routes, real create flow, real view. */
export class SimGateway {
  readonly process: SimProcess;
  readonly #router: Router;
  readonly #follower: ViewFollower;
  #upTo = 0;

  constructor(
    process: SimProcess,
    parts: { readonly network: SimNetwork; readonly randomness: Randomness; readonly logger: Logger },
  ) {
    this.process = process;
    const { network, randomness, logger } = parts;
    const { clock } = process;
    const log = network.logOf(process);
    const bus = network.busOf(process);
    const follower = new ViewFollower({ log, bus, clock, logger, gateway: process.name });
    this.#follower = follower;
    const commandBus = this.#noting(heededBus(bus, () => follower.doubt()));
    const fleet: Fleet = {
      follower,
      scope: undefined,
      retired: undefined,
      scheduler: new SchedulerClient(commandBus, clock, () => follower.toldInLog()),
      commands: new EngineCommandsClient(commandBus, clock, (key) => standingOf(follower.view, key)),
      // Engines of the world lack no image, so nothing is ever pulled.
      daemons: { call: neverDialled, stream: neverDialled },
      log,
      orderKeys: new KeysInLog(log, randomness),
      bus,
      clock,
      randomness,
      logger,
      pulls: new PullMemory(clock),
      imageFlights: new SingleFlight(),
      meter: new RequestMeter(),
      tunnels: { counts: { open: 0, bytesIn: 0, bytesOut: 0 } },
      // Engines publish their own ports: nothing listens.
      forwards: new Forwards({
        follower,
        publish: 'engine',
        ownPorts: new Set(),
        dialer: new PortDialer({ connectPort: neverDialled }, clock),
        clock,
        logger,
      }),
      config,
      policy: new PolicyStanding(),
      ownSockets: new Set(),
      version: '0',
      instance: process.name,
      host: { cpus: 1, memoryBytes: 1 } as unknown as Fleet['host'],
    };
    this.#router = new Router([containerCreateRoute(fleet), ...containerMutationRoutes(fleet), containerRenameRoute(fleet)]);
  }

  stop(): Promise<void> {
    return this.#follower.stop();
  }

  /**
   * Calls back when the process gets to it: whether the view has the container, where a read would be answered from it at once; `undefined` =
   * a read would pass a barrier first.
   */
  look(engine: string, container: string, see: (has: boolean | undefined) => void): void {
    this.process.enter(() => {
      const { isUpToDate, view } = this.#follower;
      see(isUpToDate ? view.engine(engine)?.shelves.container.has(container) === true : undefined);
    });
  }

  /** `path` with its query, without version. */
  ask(method: string, path: string, body = ''): Promise<ClientAnswer> {
    return new Promise((resolve) => {
      const gone = () => resolve({ status: 0, body: '', code: 'gateway-died' });
      const forget = this.process.onKilled(gone);
      this.process.enter(() => {
        void this.#serve(method, path, body).then((answer) => {
          forget();
          resolve({ ...answer, upTo: this.#upTo });
        });
      });
    });
  }

  #noting(bus: ClusterBus): ClusterBus {
    const { request } = bus;
    return Object.assign(bus, {
      request: async (...asked: Parameters<typeof request>) => {
        const reply = await request(...asked);
        this.#upTo = Math.max(this.#upTo, (reply as { sequence?: number }).sequence ?? 0);
        return reply;
      },
    });
  }

  async #serve(method: string, pathAndQuery: string, body: string): Promise<ClientAnswer> {
    const [path = '', rawQuery = ''] = pathAndQuery.split('?');
    const match = this.#router.match(method, path);
    if (match === undefined) throw new Error(`no route for ${method} ${path}`);
    let answer: ClientAnswer = { status: 500, body: '', code: 'unanswered' };
    const exchange = {
      caller: '10.9.9.9',
      apiVersion: '1.51',
      rawQuery,
      query: new URLSearchParams(rawQuery),
      signal: new AbortController().signal,
      header: (name: string) => (name === 'content-type' ? 'application/json' : undefined),
      param: (name: string) => match.params[name] ?? '',
      flag: () => false,
      note: () => undefined,
      mayInspect: true,
      readBody: () => Promise.resolve(Buffer.from(body)),
      respond: (status: number, content?: unknown) => {
        answer = { status, body: String(content ?? ''), code: '' };
      },
    };
    try {
      // The part of an exchange that these routes use.
      await match.route.handle?.(exchange as unknown as Exchange);
      return answer;
    } catch (error) {
      if (!(error instanceof BaleenError)) return { status: 500, body: String((error as Error).stack), code: 'defect' };
      return { status: error.status, body: error.message, code: error.code };
    }
  }
}

function neverDialled(): never {
  throw new Error('the simulated gateway dialled a daemon');
}
