import { readdirSync } from 'node:fs';
import { createHistogram } from 'node:perf_hooks';
import { loneMetric, type MetricFamily } from './metrics-text.ts';

/** How late turns began, ns. */
const lateness = createHistogram();
/** Between two looks. Node's own monitor looks every few ms, which costs a process at rest a hundredth of a core; each look is a wake-up. */
const lookEveryMs = 5_000;

/** From now on late turns are counted; commands that only ask need not. */
export function watchEventLoop(): void {
  const dueMs = performance.now() + lookEveryMs;
  const look = () => {
    lateness.record(Math.max(1, Math.round((performance.now() - dueMs) * nanosPerMs)));
    watchEventLoop();
  };
  setTimeout(look, lookEveryMs).unref();
}

const nanosPerMs = 1_000_000;
const microsPerSecond = 1_000_000;
const nanosPerSecond = 1_000_000_000;

/** This process for Prometheus, by the names that its own client libraries use. */
export function processMetrics(): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return [
    loneMetric('process_cpu_seconds_total', 'counter', 'CPU time spent.', (user + system) / microsPerSecond),
    loneMetric('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
    loneMetric('process_open_fds', 'gauge', 'Open files and connections.', readdirSync('/proc/self/fd').length),
    loneMetric('process_start_time_seconds', 'gauge', 'When it started, since 1970.', performance.timeOrigin / 1_000),
    loneMetric('nodejs_heap_size_used_bytes', 'gauge', 'Of the JavaScript heap.', heapUsed),
    loneMetric(
      'nodejs_array_buffers_bytes',
      'gauge',
      'Bytes kept outside of the heap: list entries of engines above all.',
      arrayBuffers,
    ),
    loneMetric('nodejs_eventloop_lag_p99_seconds', 'gauge', 'By how much turns began late, since the start.', lag()),
  ];
}

function lag(): number {
  const seconds = lateness.percentile(99) / nanosPerSecond;
  return Number.isFinite(seconds) ? seconds : 0;
}
