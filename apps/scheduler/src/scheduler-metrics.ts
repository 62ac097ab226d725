import { loneMetric, type MetricFamily } from '#service-shell';
import type { Scheduler } from './scheduler.ts';

/** One scheduler for Prometheus: whether it leads, and what it has promised. */
export function schedulerMetrics({ ledger, leadership }: Pick<Scheduler, 'ledger' | 'leadership'>): MetricFamily[] {
  return [
    loneMetric(
      'baleen_scheduler_leads',
      'gauge',
      'Whether this scheduler leads; of all of them one does.',
      Number(leadership.term !== undefined),
    ),
    loneMetric(
      'baleen_scheduler_candidates',
      'gauge',
      'Engines that it knows enough of to place on.',
      ledger.candidates().length,
    ),
    loneMetric('baleen_scheduler_reservations', 'gauge', 'Grants whose containers are not there yet.', ledger.openReservations),
  ];
}
