import type { MetricFamily } from '#service-shell';
import type { ForwardProtocol } from './forward.ts';

type Counted = { connections: number; accepted: number; refused: number; bytesIn: number; bytesOut: number };

const blank = (): Counted => ({ connections: 0, accepted: 0, refused: 0, bytesIn: 0, bytesOut: 0 });

/** What went through this gateway's forwards. A connection of udp is one client's flow. */
export class ForwardCounts {
  readonly tcp = blank();
  readonly udp = blank();

  /** `open` and `blocked`: forwards by whether this gateway listens. */
  families(open: number, blocked: number): MetricFamily[] {
    const each = (name: string, type: MetricFamily['type'], help: string, read: (counted: Counted) => number): MetricFamily => {
      const protocols: readonly ForwardProtocol[] = ['tcp', 'udp'];
      return { name, type, help, samples: protocols.map((protocol) => ({ labels: { protocol }, value: read(this[protocol]) })) };
    };
    return [
      {
        name: 'baleen_forwards',
        type: 'gauge',
        help: 'Published ports this gateway has to listen on; blocked = another process of the machine has the port.',
        samples: [
          { labels: { state: 'open' }, value: open },
          { labels: { state: 'blocked' }, value: blocked },
        ],
      },
      each('baleen_forward_connections', 'gauge', 'Connections and flows open now.', (counted) => counted.connections),
      each('baleen_forward_connections_total', 'counter', 'Connections and flows accepted.', (counted) => counted.accepted),
      each('baleen_forward_refused_total', 'counter', 'Connections and datagrams beyond a bound.', (counted) => counted.refused),
      each('baleen_forward_in_bytes_total', 'counter', 'Bytes from clients, counted as connections end.', (c) => c.bytesIn),
      each('baleen_forward_out_bytes_total', 'counter', 'Bytes to clients, counted as connections end.', (c) => c.bytesOut),
    ];
  }
}
