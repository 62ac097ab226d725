import { pipeline } from 'node:stream/promises';
import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import { needs } from '../../access/access-rule.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Handler, Route } from '../../http/router.ts';
import { Profiler } from './profiler.ts';

/** As Go's profiler has it. */
const cpuDefaultSeconds = 30;
/** Long enough to see a garbage collection or two. */
const heapDefaultSeconds = 10;
/** A profile grows with its time and is kept in memory until it is sent. */
const secondsMax = 120;

const index = `/debug/pprof/
profile?seconds=${cpuDefaultSeconds}   CPU profile (.cpuprofile: Chrome DevTools, speedscope)
heap?seconds=${heapDefaultSeconds}      who allocates (.heapprofile)
snapshot           everything in memory (.heapsnapshot); the gateway stands still while it is taken
cmdline            the arguments of this process
`;

type DebugRow = { readonly path: string; readonly note: string; readonly handle: Handler };

/** `/debug/pprof/…` where classic Swarm had it, filled by Node's inspector; only with `baleen --debug manage`. */
export function debugRoutes(clock: Clock): Route[] {
  const profiler = new Profiler(clock);
  const rows: readonly DebugRow[] = [
    { path: '/debug/pprof/', note: 'what there is', handle: (exchange) => respondText(exchange, index) },
    {
      path: '/debug/pprof/cmdline',
      note: 'arguments of the process, by NUL',
      handle: (exchange) => respondText(exchange, process.argv.join('\0')),
    },
    {
      path: '/debug/pprof/profile',
      note: 'CPU profile over `seconds`',
      handle: async (exchange) => {
        exchange.respond(200, await profiler.cpuProfile(durationMs(exchange, cpuDefaultSeconds), exchange.signal));
      },
    },
    {
      path: '/debug/pprof/heap',
      note: 'sampled allocations over `seconds`',
      handle: async (exchange) => {
        exchange.respond(200, await profiler.heapProfile(durationMs(exchange, heapDefaultSeconds), exchange.signal));
      },
    },
    {
      path: '/debug/pprof/snapshot',
      note: 'heap snapshot',
      handle: (exchange) => profiler.heapSnapshot((bytes) => pipeline(bytes, exchange.stream(200))),
    },
  ];
  return rows.map(({ path, note, handle }) => ({
    method: 'GET',
    path,
    semantics: 'local',
    access: needs('admin', { tenants: 'refused' }),
    note: `${note}; with --debug`,
    handle,
  }));
}

function durationMs(exchange: Exchange, defaultSeconds: number): number {
  const text = exchange.query.get('seconds') ?? String(defaultSeconds);
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > secondsMax)
    throw new BaleenError(
      'request/invalid',
      `seconds must be a whole number from 1 to ${secondsMax}, not ${JSON.stringify(text)}`,
    );
  return seconds * 1_000;
}

function respondText(exchange: Exchange, text: string): void {
  exchange.respond(200, Buffer.from(text), { 'Content-Type': 'text/plain; charset=utf-8' });
}
