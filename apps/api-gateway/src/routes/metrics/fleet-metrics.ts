import { ShownState } from '#contracts';
import type { MetricFamily, MetricSample } from '#service-shell';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { countContainers } from '../system/engine-totals.ts';

type Read = (engine: FleetEngine) => number | undefined;

/** The fleet for Prometheus: engines by state, and each with state, since, next retry, staleness and skew. */
export function fleetMetrics(view: FleetView, nowMs: number): MetricFamily[] {
  const engines = view.members();
  const ageOf = (atMs: number | undefined) => (atMs === undefined ? undefined : (nowMs - atMs) / 1_000);
  const each = (name: string, help: string, read: Read): MetricFamily => ({
    name,
    type: 'gauge',
    help,
    samples: engines.flatMap((engine) => sample(engine, read(engine))),
  });
  return [
    {
      name: 'baleen_engines',
      type: 'gauge',
      help: 'Engines of the fleet by state.',
      samples: ShownState.options.map((state) => ({
        labels: { state },
        value: engines.filter((engine) => engine.shownState === state).length,
      })),
    },
    each('baleen_engine_up', 'Whether the engine is healthy.', (engine) => Number(engine.isHealthy)),
    {
      name: 'baleen_engine_state',
      type: 'gauge',
      help: 'State of the engine; always 1. The reason is in /baleen/nodes: each of its texts would be a series.',
      samples: engines.flatMap((engine) => sample(engine, 1, { state: engine.shownState })),
    },
    each('baleen_engine_state_age_seconds', 'Since when the engine is in its state.', (engine) =>
      ageOf(engine.condition.sinceMs),
    ),
    each(
      'baleen_engine_next_retry_seconds',
      'Time until an engine that is away is tried again; negative = it is being tried.',
      (engine) => negated(ageOf(engine.condition.nextRetryAtMs)),
    ),
    each('baleen_engine_failures', 'Connection failures in a row.', ({ record }) => record?.failures),
    each(
      'baleen_engine_flaps',
      'Changes to unhealthy that still count for flap damping.',
      ({ record }) => record?.flapsAtMs.length,
    ),
    each('baleen_engine_inventory_age_seconds', 'Age of the last complete reading of what the engine holds.', ({ record }) =>
      ageOf(record?.inventoryAtMs),
    ),
    each('baleen_engine_clock_skew_seconds', 'Our clock minus the engine’s; 0 below 2 s.', ({ record }) =>
      record === undefined ? undefined : record.clockDeltaMs / 1_000,
    ),
    {
      name: 'baleen_engine_containers',
      type: 'gauge',
      help: 'Containers of the engine by state.',
      samples: engines.flatMap(containerSamples),
    },
  ];
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function containerSamples(engine: FleetEngine): MetricSample[] {
  const { running, paused, stopped } = countContainers(engine);
  return Object.entries({ running, paused, stopped }).flatMap(([state, value]) => sample(engine, value, { state }));
}

function sample(engine: FleetEngine, value: number | undefined, labels: Record<string, string> = {}): MetricSample[] {
  return value === undefined ? [] : [{ labels: { node: engine.name, address: engine.address, ...labels }, value }];
}
