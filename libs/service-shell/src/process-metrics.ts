import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricFamily } from './metrics-text.ts';

const loopDelay = monitorEventLoopDelay({ resolution: 20 });
loopDelay.enable();

const microsPerSecond = 1_000_000;
const nanosPerSecond = 1_000_000_000;

/** This process for Prometheus, by the names that its own client libraries use. */
export function processMetrics(): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return [
    one('process_cpu_seconds_total', 'counter', 'CPU time spent.', (user + system) / microsPerSecond),
    one('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
    one('process_open_fds', 'gauge', 'Open files and connections.', readdirSync('/proc/self/fd').length),
    one('process_start_time_seconds', 'gauge', 'When it started, since 1970.', performance.timeOrigin / 1_000),
    one('nodejs_heap_size_used_bytes', 'gauge', 'Of the JavaScript heap.', heapUsed),
    one(
      'nodejs_array_buffers_bytes',
      'gauge',
      'Bytes kept outside of the heap: list entries of engines above all.',
      arrayBuffers,
    ),
    one('nodejs_eventloop_lag_p99_seconds', 'gauge', 'By how much turns began late, since the start.', lag()),
  ];
}

function lag(): number {
  const seconds = loopDelay.percentile(99) / nanosPerSecond;
  return Number.isFinite(seconds) ? seconds : 0;
}

function one(name: string, type: MetricFamily['type'], help: string, value: number): MetricFamily {
  return { name, type, help, samples: [{ labels: {}, value }] };
}
