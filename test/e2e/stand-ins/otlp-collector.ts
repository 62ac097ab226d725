import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Attributes = readonly {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly doubleValue?: number };
}[];
type OtlpSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Attributes;
};
type OtlpBody = {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
};

/** A span with the name of the service that it is of. */
export type CollectedSpan = OtlpSpan & { readonly service: string };

/** Takes spans as an OpenTelemetry collector does, over HTTP as JSON. */
export class OtlpCollector {
  readonly url: string;
  readonly spans: CollectedSpan[] = [];
  /** All that was sent. */
  text = '';
  readonly #server: Server;

  static async open(): Promise<OtlpCollector> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OtlpCollector(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString('utf8');
      const isExport = request.method === 'POST' && request.url === '/v1/traces';
      response.writeHead(isExport ? 200 : 404, { 'Content-Type': 'application/json' }).end('{}');
      if (isExport) this.#take(body);
    });
  }

  /** Of one trace, by name and service. */
  trace(traceId: string): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(body: string): void {
    this.text += body;
    for (const { resource, scopeSpans } of (JSON.parse(body) as OtlpBody).resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => ({ ...span, service })));
    }
  }
}
