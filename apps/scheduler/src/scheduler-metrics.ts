import type { MetricFamily } from '#service-shell';
import type { Scheduler } from './scheduler.ts';

/** One scheduler for Prometheus: whether it leads, and what it has promised. */
export function schedulerMetrics({ ledger, leadership }: Pick<Scheduler, 'ledger' | 'leadership'>): MetricFamily[] {
  return [
    gauge(
      'baleen_scheduler_leads',
      'Whether this scheduler leads; of all of them one does.',
      Number(leadership.term !== undefined),
    ),
    gauge('baleen_scheduler_candidates', 'Engines that it knows enough of to place on.', ledger.candidates().length),
    gauge('baleen_scheduler_reservations', 'Grants whose containers are not there yet.', ledger.openReservations),
  ];
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, samples: [{ labels: {}, value }] };
}
