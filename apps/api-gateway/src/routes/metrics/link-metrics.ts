import { loneMetric, type MetricFamily } from '#service-shell';
import type { Fleet } from '../../fleet.ts';
import { certificateExpiries } from '../status/certificate-expiries.ts';

/** How far this gateway is behind the log, what passes through tunnels, and how long its certificates last. */
export function linkMetrics({ follower, tunnels, config }: Pick<Fleet, 'follower' | 'tunnels' | 'config'>): MetricFamily[] {
  const { lagMs } = follower;
  const { open, bytesIn, bytesOut } = tunnels.counts;
  const lag =
    'From an entry’s writing until this gateway’s view has it, as measured at this scrape; absent = the log does not answer.';
  return [
    loneMetric('baleen_log_sequence', 'gauge', 'Place in the log up to which this gateway has read.', follower.sequence),
    ...(lagMs === undefined ? [] : [loneMetric('baleen_log_lag_seconds', 'gauge', lag, lagMs / 1_000)]),
    loneMetric('baleen_tunnels', 'gauge', 'Streams to engines behind agents that are open now.', open),
    {
      name: 'baleen_tunnel_bytes_total',
      type: 'counter',
      help: 'Bytes of tunnels at this gateway, frames and credits included; in = from engines.',
      samples: [
        { labels: { direction: 'in' }, value: bytesIn },
        { labels: { direction: 'out' }, value: bytesOut },
      ],
    },
    {
      name: 'baleen_certificate_expiry_timestamp_seconds',
      type: 'gauge',
      help: 'When a certificate of this gateway ends, seconds since 1970.',
      samples: certificateExpiries(config).flatMap(({ name, expiresAtMs }) =>
        expiresAtMs === undefined ? [] : [{ labels: { certificate: name }, value: expiresAtMs / 1_000 }],
      ),
    },
  ];
}
