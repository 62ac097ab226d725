import { loneMetric, type MetricFamily } from '#service-shell';
import type { RequestCounts } from './engine-actor/request-counts.ts';
import type { EngineKeeper } from './ownership/engine-keeper.ts';

/** One monitor for Prometheus: what it owns, how ownership moved, what it asks of its engines. */
export function monitorMetrics(keeper: Pick<EngineKeeper, 'owned' | 'changes'>, requests: RequestCounts): MetricFamily[] {
  return [
    loneMetric('baleen_monitor_owned_engines', 'gauge', 'Engines this monitor owns now.', keeper.owned.length),
    {
      name: 'baleen_monitor_ownership_changes_total',
      type: 'counter',
      help: 'Engines this monitor took, gave back, lost with their lease, or dropped with their member.',
      samples: Object.entries(keeper.changes).map(([change, value]) => ({ labels: { change }, value })),
    },
    requests.metric(),
  ];
}
