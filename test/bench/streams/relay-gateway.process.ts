import { connectNats, openNatsBus } from '#cluster-bus';
import { DirectTransport, type EngineTransport } from '#docker-api';
import { systemClock, systemRandomness } from '#service-shell';
import { TunnelTransport } from '#tunnel';
import { engineTarget, openTinyGateway } from '../../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';
import { benchCluster } from './tunnel-names.ts';

/**
 * The gateway's HTTP and relay in front of one engine, in a process of its own, so that what it costs is measured alone. Started by
 * `fork` with the engine's address, and NATS' URL where that is an agent's; says its own.
 */
const [engine = '', natsUrl] = process.argv.slice(2);
const transport = natsUrl === undefined ? new DirectTransport(systemClock) : await tunnel(natsUrl);
const gateway = await openTinyGateway([engineTarget(engine)], { transport });
process.send?.(gateway.address);
// Whoever measures may be interrupted.
process.once('disconnect', () => process.exit(0));

async function tunnel(url: string): Promise<EngineTransport> {
  const connection = await connectNats({ url, name: 'bench-gateway', clock: systemClock, isBulk: true });
  return new TunnelTransport({
    bus: openNatsBus({ connection, cluster: benchCluster }),
    clock: systemClock,
    randomness: systemRandomness,
    standing: () => ({ node: 'edge-1', agent: 'agent-1' }),
  });
}
