import { BaleenError } from '#contracts';
import { DirectTransport, type EngineTransport } from '#docker-api';
import { listenAddresses } from '#endpoint';
import { type Clock, silentLogger, systemClock } from '#service-shell';
import { Dispatcher } from '../http/dispatcher.ts';
import { Listener, type ListenOptions } from '../http/listener.ts';
import { refusedRoutes } from '../http/refused-routes.ts';
import { RequestMeter } from '../http/request-meter.ts';
import { type Route, Router } from '../http/router.ts';
import { streamRoutes } from '../routes/containers/stream.routes.ts';
import { swarmRoutes } from '../routes/swarm/swarm.routes.ts';
import type { ContainerLocator, EngineTarget } from './container-locator.ts';
import { EngineCaller } from './engine-caller.ts';

export function engineTarget(address: string, changes: Partial<EngineTarget> = {}): EngineTarget {
  return { key: address, address, node: 'node-1', state: 'healthy', apiVersion: '1.51', minApiVersion: '1.24', ...changes };
}

export type TinyGateway = { readonly port: number; readonly address: string; close(): Promise<void> };

export type TinyGatewayOptions = {
  /** Rows before the gateway's own; they get the caller to relay with. */
  readonly routes?: (caller: EngineCaller) => Route[];
  readonly locate?: ContainerLocator['locate'];
  readonly listen?: string;
  readonly tls?: ListenOptions['tls'];
  /** Default: no CORS headers. */
  readonly cors?: boolean;
  /** The listener's, and of calls to engines. Default: the system's. */
  readonly clock?: Clock;
  /** Towards the engines. Default: plain sockets. */
  readonly transport?: EngineTransport;
};

/** The gateway's HTTP and relay in front of engines that need no fleet view; every reference is a container of the first engine. */
export async function openTinyGateway(engines: readonly EngineTarget[], options: TinyGatewayOptions = {}): Promise<TinyGateway> {
  const { clock = systemClock } = options;
  const caller = new EngineCaller(options.transport ?? new DirectTransport(systemClock), clock);
  const [first] = engines;
  const locator: ContainerLocator = {
    allEngines: () => engines,
    mayKnow: () => Promise.resolve(true),
    locate:
      options.locate ??
      (async (ref) => {
        if (first === undefined) throw new BaleenError('request/not-found', `No such container: ${ref}`);
        return { id: ref, engine: first };
      }),
  };
  const router = new Router([
    ...(options.routes?.(caller) ?? []),
    ...streamRoutes({ locator, caller }),
    ...swarmRoutes(),
    ...refusedRoutes(),
  ]);
  const versions = () => ({ min: '1.24', max: first?.apiVersion ?? '1.51' });
  const { cors = false } = options;
  const dispatcher = new Dispatcher({
    router,
    known: () => undefined,
    versions,
    server: 'Baleen/test (linux)',
    cors,
    meter: new RequestMeter(),
    isTraced: true,
    logger: silentLogger(),
  });
  const [address] = listenAddresses([options.listen ?? 'tcp://127.0.0.1:0'], []);
  if (address === undefined) throw new Error('no address to listen on');
  const listener = await Listener.open(
    address,
    { dispatcher, clock, logger: silentLogger() },
    options.tls === undefined ? {} : { tls: options.tls },
  );
  return {
    port: listener.port,
    address: `127.0.0.1:${listener.port}`,
    close: async () => {
      caller.close();
      await listener.close();
    },
  };
}
