import { connectNats, openNatsBus } from '#cluster-bus';
import { agentAddress, engineKey } from '#contracts';
import { DirectTransport, parseEngineAddress } from '#docker-api';
import { silentLogger, systemClock } from '#service-shell';
import { TunnelListener } from '#tunnel';
import { benchAgent, benchCluster } from './tunnel-names.ts';

/** The agent's end of tunnels to one engine, in a process of its own. Started by `fork` with NATS' URL and the engine's address. */
const [url = '', engine = ''] = process.argv.slice(2);
const connection = await connectNats({ url, name: 'bench-agent', clock: systemClock, isBulk: true });
await TunnelListener.start({
  bus: openNatsBus({ connection, cluster: benchCluster }),
  clock: systemClock,
  logger: silentLogger(),
  engine: engineKey(agentAddress(benchAgent)),
  address: parseEngineAddress(engine),
  transport: new DirectTransport(systemClock),
});
process.send?.(agentAddress(benchAgent));
// Whoever measures may be interrupted.
process.once('disconnect', () => process.exit(0));
