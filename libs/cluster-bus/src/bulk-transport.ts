import type { ConnectionOptions } from '@nats-io/nats-core';
import { NatsConnectionImpl, setTransportFactory } from '@nats-io/nats-core/internal';
import { NodeTransport, nodeResolveHost } from '@nats-io/transport-node/lib/node_transport.js';
import { readIntoOwn } from '#service-shell';
import { WholeMessages } from './whole-messages.ts';

export type BulkConnectionOptions = ConnectionOptions & {
  /** Much comes over this connection: it is read in large pieces, cut where messages end (docs/adr/0042). */
  readonly isBulk: boolean;
};

/** As `connect` of the client's own package, with a transport that knows bulk. */
export function connectWithBulk(options: BulkConnectionOptions) {
  setTransportFactory({ factory: () => new BulkTransport(), dnsResolveFn: nodeResolveHost });
  return NatsConnectionImpl.connect(options);
}

/** Also reconnections get one of these: the client makes a transport for each. Over TLS, bytes come as before. */
class BulkTransport extends NodeTransport {
  override setupHandlers(): void {
    super.setupHandlers();
    if (!(this.options as BulkConnectionOptions).isBulk) return;
    const messages = new WholeMessages();
    const onRead = (length: number) => {
      const whole = messages.read(length);
      if (whole !== undefined) {
        this.yields.push(whole);
        this.signal.resolve();
      }
      return true;
    };
    readIntoOwn(this.socket, { buffer: messages.next(), onRead, nextBuffer: () => messages.next() });
  }
}
