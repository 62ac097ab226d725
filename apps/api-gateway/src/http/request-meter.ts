import { Histogram, type MetricFamily, type MetricSample } from '#service-shell';

/** What is told of one operation. */
class OperationMeter {
  readonly byCode = new Map<string, number>();
  readonly durations = new Histogram();

  answered(code: string): void {
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
  }
}

/**
 * Counts requests by operation (`GET /containers/{}/json`) and status, and times those whose answer has an end of its own: of a stream it would be
 * how long somebody listened. Requests that no route serves share one operation, `none`: their paths are anybody's.
 */
export class RequestMeter {
  readonly #operations = new Map<string, OperationMeter>();

  /** Requests so far. */
  total = 0;

  answered(operation: string, status: number, tookMs: number): void {
    const meter = this.#meterOf(operation);
    meter.answered(String(status));
    meter.durations.observe(tookMs / 1_000);
  }

  /** The connection was taken over for a stream, or the answer is passed on as it comes. */
  streamed(operation: string): void {
    this.#meterOf(operation).answered('stream');
  }

  families(): MetricFamily[] {
    return [
      {
        name: 'baleen_http_requests_total',
        type: 'counter',
        help: 'Requests by operation and status; stream = its answer is passed on as it comes.',
        samples: this.#each(({ byCode }, operation) =>
          [...byCode].map(([code, value]) => ({ labels: { operation, code }, value })),
        ),
      },
      {
        name: 'baleen_http_request_duration_seconds',
        type: 'histogram',
        help: 'From a request’s head to the end of its answer, without streams.',
        samples: this.#each(({ durations }, operation) => durations.samples({ operation })),
      },
    ];
  }

  #each(samplesOf: (meter: OperationMeter, operation: string) => MetricSample[]): MetricSample[] {
    return [...this.#operations].flatMap(([operation, meter]) => samplesOf(meter, operation));
  }

  #meterOf(operation: string): OperationMeter {
    this.total += 1;
    const known = this.#operations.get(operation);
    if (known !== undefined) return known;
    const made = new OperationMeter();
    this.#operations.set(operation, made);
    return made;
  }
}
