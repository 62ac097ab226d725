/** What one engine was asked. */
export class RequestCounts {
  /** By route, as in `GET /containers/{id}/json`. */
  readonly byRoute = new Map<string, number>();
  /** HTTP/2 pings on `/grpc`, which are no requests. */
  pings = 0;

  note(route: string): void {
    this.byRoute.set(route, (this.byRoute.get(route) ?? 0) + 1);
  }
}

/** What all engines were asked so far. */
export type FleetRequests = {
  readonly total: number;
  /** Of all engines together. */
  readonly byRoute: Readonly<Record<string, number>>;
  /** Totals, in the order of the addresses. */
  readonly byEngine: readonly number[];
  /** HTTP/2 pings on `/grpc`, which are no requests. */
  readonly pings: number;
};

export function summed(counts: readonly RequestCounts[]): FleetRequests {
  const byRoute: Record<string, number> = {};
  const byEngine = counts.map((engine) => {
    let total = 0;
    for (const [route, count] of engine.byRoute) {
      byRoute[route] = (byRoute[route] ?? 0) + count;
      total += count;
    }
    return total;
  });
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return { total: sum(byEngine), byRoute, byEngine, pings: sum(counts.map(({ pings }) => pings)) };
}
