import { ClusterBusServer } from '#cluster-bus';
import { KeysInLog } from '#cluster-log';
import {
  defaultClusterOptions,
  defaultPublishPorts,
  filterNames,
  type SchedulerVerb,
  schedulerCommands,
  subjects,
} from '#contracts';
import type { Logger, Randomness } from '#service-shell';
import { placementJudge } from '../../../apps/scheduler/src/decisions/placement-judge.ts';
import { SchedulerController } from '../../../apps/scheduler/src/scheduler.controller.ts';
import { Scheduler } from '../../../apps/scheduler/src/scheduler.ts';
import { SchedulerDesk } from '../../../apps/scheduler/src/scheduler-desk.ts';
import type { SimNetwork } from '../kernel/sim-network.ts';
import type { SimProcess } from '../kernel/sim-process.ts';

const leaseTtlMs = 2_000;

/** The scheduler's process, as its module wires it, on the world's network. No overcommit, so that capacity is exact. */
export function startScheduler(
  process: SimProcess,
  parts: { readonly network: SimNetwork; readonly randomness: Randomness; readonly logger: Logger },
): { stop(): Promise<void> } {
  const { network, randomness, logger } = parts;
  const bus = network.busOf(process);
  const desk = new SchedulerDesk();
  const door = new ClusterBusServer(bus);
  const controller = new SchedulerController(desk);
  for (const verb of Object.keys(schedulerCommands) as SchedulerVerb[])
    door.addHandler(subjects.schedulerCommand(verb), (payload) => controller[verb](payload));
  const config = {
    strategy: 'spread' as const,
    filters: filterNames,
    clusterOpts: { ...defaultClusterOptions, overcommit: 0 },
    publish: 'auto' as const,
  };
  const log = network.logOf(process);
  const scheduler = new Scheduler({
    log,
    orderKeys: new KeysInLog(log, randomness),
    bus,
    desk,
    door,
    judgeOf: (ledger) => placementJudge(ledger, config, randomness),
    usage: defaultClusterOptions,
    publish: { publish: 'auto', publishPorts: defaultPublishPorts },
    leaseTtlMs,
    clock: process.clock,
    randomness,
    logger,
    instance: process.name,
  });
  void scheduler.start();
  return scheduler;
}
