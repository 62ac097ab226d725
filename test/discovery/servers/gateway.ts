import { connectNats, openNatsBus } from '#cluster-bus';
import { openNatsLog } from '#cluster-log';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { gatewayConfigSchema } from '../../../apps/api-gateway/src/api-gateway-config.ts';
import { startGateway } from '../../../apps/api-gateway/src/gateway.ts';
import { freePorts } from './free-ports.ts';

export type TestGateway = { readonly admin: string; readonly start: () => Promise<void>; readonly stop: () => Promise<void> };

/** A gateway of the fleet on this NATS, with an admin listener. */
export async function startTestGateway(nats: string, name: string): Promise<TestGateway> {
  const [api = 0, admin = 0] = await freePorts(2);
  let stop: () => Promise<void> = async () => undefined;
  const gateway: TestGateway = {
    admin: `127.0.0.1:${admin}`,
    start: async () => {
      const config = gatewayConfigSchema.parse({ hosts: `tcp://127.0.0.1:${api}`, adminHosts: `tcp://127.0.0.1:${admin}` });
      const connection = await connectNats({ url: nats, name, clock: systemClock });
      const cluster = 'tokens';
      const log = await openNatsLog({ connection, cluster, storage: 'file', replicas: 1, clock: systemClock });
      const bus = await openNatsBus({ connection, cluster });
      const context = { clock: systemClock, randomness: systemRandomness, logger: silentLogger(), instance: name };
      const running = await startGateway({ config, log, bus, tunnelBus: bus, ...context });
      stop = async () => {
        await running.stop();
        await bus.close();
        await log.close();
        await connection.close();
      };
    },
    stop: () => stop(),
  };
  await gateway.start();
  return gateway;
}
