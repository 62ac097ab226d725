import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { otlpBody } from './otlp-body.ts';
import type { EndedSpan } from './span.ts';
import { parseTraceparent, traceparentOf } from './trace-context.ts';
import { Tracer } from './tracer.ts';
import { currentTraceparent, traced, tracedBusRequest, tracedRequest, useTracer } from './tracing.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const sampled = `00-${traceId}-${spanId}-01`;

describe('traceparent', () => {
  it.each([
    [sampled, { traceId, spanId }],
    [`cc-${traceId}-${spanId}-03-what-comes-later`, { traceId, spanId }],
    [`00-${traceId}-${spanId}-00`, 'unsampled'],
    [`00-${'0'.repeat(32)}-${spanId}-01`, undefined],
    [`00-${traceId}-${'0'.repeat(16)}-01`, undefined],
    ['00-short-01', undefined],
    [undefined, undefined],
  ])('of %s is read as %o', (text, context) => {
    expect(parseTraceparent(text)).toEqual(context);
  });

  it('is written as it is read', () => {
    expect(traceparentOf({ traceId, spanId })).toBe(sampled);
  });
});

describe('a trace', () => {
  const clock = new ManualClock();
  let ended: EndedSpan[] = [];
  let ids = 0;

  function traceWith({ ratio = 1, fraction = 0 } = {}): void {
    ended = [];
    ids = 0;
    const randomness = { hex: (bytes: number) => String(++ids).padStart(bytes * 2, '0'), fraction: () => fraction };
    useTracer(new Tracer({ clock, randomness, ratio, onEnded: (span) => ended.push(span) }));
  }

  afterEach(() => useTracer(undefined));

  it('goes from a request over what it asks of others, and says how long each took', async () => {
    traceWith();
    await tracedRequest({ name: 'outer', kind: 'server' }, undefined, async (span) => {
      span?.set('status', 201);
      await traced({ name: 'inner', kind: 'client' }, async () => clock.advance(5));
      clock.advance(2);
    });
    const [inner, outer] = ended;
    expect(outer).toMatchObject({ name: 'outer', parentSpanId: undefined, attributes: { status: 201 }, failure: undefined });
    expect(inner).toMatchObject({ name: 'inner', parentSpanId: outer?.context.spanId });
    expect(inner?.context.traceId).toBe(outer?.context.traceId);
    expect([inner, outer].map((span) => (span?.endMs ?? 0) - (span?.startMs ?? 0))).toEqual([5, 7]);
  });

  it('goes on with that of whoever asks, to whomever is asked', async () => {
    traceWith({ ratio: 0 });
    const passedOn = await tracedRequest({ name: 'outer', kind: 'server' }, sampled, async () => currentTraceparent());
    expect(ended).toMatchObject([{ context: { traceId }, parentSpanId: spanId }]);
    expect(passedOn).toBe(`00-${traceId}-${ended[0]?.context.spanId}-01`);
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'of a request that chance leaves out',
      () => tracedRequest({ name: 'a', kind: 'server' }, undefined, async () => currentTraceparent()),
    ],
    [
      'whose sender traces others',
      () => tracedRequest({ name: 'a', kind: 'server' }, `00-${traceId}-${spanId}-00`, async () => 1),
    ],
    ['of a service whom nobody asked in one', () => tracedBusRequest({ name: 'a', kind: 'server' }, undefined, async () => 1)],
    ['of work that belongs to no request', () => traced({ name: 'a', kind: 'client' }, async () => 1)],
  ])('is not begun %s', async (_what, work) => {
    traceWith({ ratio: 0.5, fraction: 0.5 });
    await work();
    expect(ended).toEqual([]);
  });

  it('tells a failure by its code, and not by its text', async () => {
    traceWith();
    const failure = Object.assign(new Error('password=hunter2'), { code: 'engine/unreachable' });
    await expect(tracedRequest({ name: 'a', kind: 'server' }, undefined, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(ended).toMatchObject([{ failure: 'engine/unreachable' }]);
  });

  it('takes in nothing that a timer does after its end', async () => {
    traceWith();
    const later = Promise.withResolvers<string | undefined>();
    await tracedRequest({ name: 'a', kind: 'server' }, undefined, async () => {
      setTimeout(() => later.resolve(currentTraceparent()), 1);
    });
    expect(await later.promise).toBeUndefined();
  });

  it('costs nothing but a call while tracing is off', async () => {
    expect(await tracedRequest({ name: 'a', kind: 'server' }, sampled, async (span) => [span, currentTraceparent()])).toEqual([
      undefined,
      undefined,
    ]);
  });
});

it('the body of an export is OTLP’s JSON', () => {
  const span: EndedSpan = {
    name: 'engine call',
    kind: 'client',
    context: { traceId, spanId },
    parentSpanId: 'b7ad6b7169203331',
    startMs: 1_800_000_000_000.25,
    endMs: 1_800_000_000_001,
    attributes: { 'http.response.status_code': 201 },
    failure: 'engine/timeout',
  };
  expect(JSON.parse(otlpBody({ 'service.name': 'scheduler' }, [span]))).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'scheduler' } }] },
        scopeSpans: [
          {
            scope: { name: 'baleen' },
            spans: [
              {
                traceId,
                spanId,
                parentSpanId: 'b7ad6b7169203331',
                name: 'engine call',
                kind: 3,
                startTimeUnixNano: '1800000000000250000',
                endTimeUnixNano: '1800000000001000000',
                attributes: [{ key: 'http.response.status_code', value: { doubleValue: 201 } }],
                status: { code: 2, message: 'engine/timeout' },
              },
            ],
          },
        ],
      },
    ],
  });
});
