import { engineTarget, openTinyGateway } from '../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';

/**
 * The gateway's HTTP and relay in front of one engine, in a process of its own, so that what it costs is measured alone. Started by
 * `fork` with the engine's address; says its own.
 */
const [engine = ''] = process.argv.slice(2);
const gateway = await openTinyGateway([engineTarget(engine)]);
process.send?.(gateway.address);
// Whoever measures may be interrupted.
process.once('disconnect', () => process.exit(0));
