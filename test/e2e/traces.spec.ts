import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedFleet } from '#testing';
import { eventually } from './eventually.ts';
import { Stack } from './product/stack.ts';
import { type CollectedSpan, OtlpCollector } from './stand-ins/otlp-collector.ts';

const sentMaxMs = 10_000;
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const clientSpanId = '00f067aa0ba902b7';
const secret = 'hunter2-must-not-be-told';

/** From the client's request to the engine's call, over all processes (issue 7, item 6). What runs is simulated: nothing of it is Docker's. */
describe('traces', () => {
  let collector: OtlpCollector;
  let engines: SimulatedFleet;
  let stack: Stack;

  beforeAll(async () => {
    [collector, engines] = await Promise.all([OtlpCollector.open(), SimulatedFleet.open({ engines: 1, containers: 0 })]);
    const env = { BALEEN_OTLP_ENDPOINT: collector.url, BALEEN_TRACE_RATIO: '0' };
    stack = await Stack.start({ discovery: engines.addresses.join(','), engines: 1, env });
  });

  afterAll(async () => {
    await stack?.stop();
    engines?.close();
    collector?.close();
  });

  it('lead from a create over scheduler and monitor to the engine, below the client’s own span', async () => {
    const answer = await fetch(`${stack.url()}/containers/create?name=traced`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', traceparent: `00-${traceId}-${clientSpanId}-01`, 'X-Registry-Auth': secret },
      body: JSON.stringify({ Image: 'busybox', Env: [`PASSWORD=${secret}`], Labels: { secret } }),
    });
    expect(answer.status).toBe(201);
    const spans = await eventually('the spans of three processes', sentMaxMs, () => {
      const services = new Set(collector.trace(traceId).map(({ service }) => service));
      return services.size === 3 && services.has('api-gateway') ? collector.trace(traceId) : undefined;
    });
    const path = (from: CollectedSpan | undefined): string[] => {
      const parent = spans.find(({ spanId }) => spanId === from?.parentSpanId);
      return from === undefined ? [] : [...path(parent), `${from.service}: ${from.name}`];
    };
    const serving = (name: string) => spans.find((span) => span.name === name && span.kind === 2);
    expect(path(serving('cmd.scheduler.place'))).toEqual([
      'api-gateway: POST /containers/create',
      'api-gateway: cmd.scheduler.place',
      'scheduler: cmd.scheduler.place',
    ]);
    expect(path(spans.find(({ service, name }) => service === 'engine-monitor' && name === 'engine call'))).toEqual([
      'api-gateway: POST /containers/create',
      'api-gateway: cmd.engine.create',
      'engine-monitor: cmd.engine.create',
      'engine-monitor: engine call',
    ]);
    expect(serving('POST /containers/create')?.parentSpanId).toBe(clientSpanId);
  });

  it('tell nothing that a client sent', () => {
    expect(collector.text).not.toContain(secret);
  });

  it('are not made of requests that come without one, where the ratio is 0', async () => {
    await fetch(`${stack.url()}/containers/json`);
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  });
});
