import { type Clock, systemClock } from '#service-shell';
import { EngineHost, type FleetOptions } from './engine-host.ts';
import type { FleetCommand, FleetCommandMessage, FleetMessage } from './fleet-messages.ts';
import type { FleetRequests } from './request-counts.ts';

/**
 * Simulated engines in a process of their own, so that what others cost is measured without them. Started by `SimulatedFleet` with the
 * options as JSON; ends with its parent.
 */
const options = JSON.parse(process.argv[2] ?? '') as FleetOptions;
/** Daemons date their events to the nanosecond: whole milliseconds would make each of them look half a millisecond late. */
const clock: Clock = { ...systemClock, nowMs: () => performance.timeOrigin + performance.now() };
const host = await EngineHost.open(options, clock);
say({ type: 'open', addresses: host.addresses });
process.once('disconnect', () => process.exit(0));

process.on('message', async ({ number, command }: FleetCommandMessage) => {
  try {
    const requests = await obey(command);
    say({ type: 'done', number, ...(requests === undefined ? {} : { requests }) });
  } catch (error) {
    say({ type: 'failed', number, message: error instanceof Error ? error.message : String(error) });
  }
});

async function obey(command: FleetCommand): Promise<FleetRequests | undefined> {
  switch (command.type) {
    case 'requests':
      return host.requests();
    case 'storm':
      await host.storm(command.storm);
      return undefined;
    case 'fault':
      host.fault(command.which, command.rule);
      return undefined;
    case 'refuse':
      await host.refuse(command.which);
      return undefined;
    case 'heal':
      await host.heal(command.which);
      return undefined;
    case 'restart':
      await host.restart(command.which, command.downMs);
      return undefined;
  }
}

function say(message: FleetMessage): void {
  process.send?.(message);
}
