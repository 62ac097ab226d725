import { type Container, isUp } from '../model/container.ts';

const zeroTime = '0001-01-01T00:00:00Z';
const usageBytes = 20 * 1024 ** 2;
const cpus = 16;
const noThrottling = { periods: 0, throttled_periods: 0, throttled_time: 0 };
const noCpu = { cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 }, throttling_data: noThrottling };

/** A message of `GET /containers/{id}/stats`: a container that does one percent of a CPU's work. */
export function containerStats(container: Container, nowMs: number) {
  const { name, id, startedAtMs } = container;
  const base = { read: isUp(container) ? new Date(nowMs).toISOString() : zeroTime, preread: zeroTime };
  const end = { name: `/${name}`, id };
  if (!isUp(container)) {
    const nothing = { pids_stats: {}, blkio_stats: noBlocks(null), num_procs: 0, storage_stats: {}, cpu_stats: noCpu };
    return { ...base, ...nothing, precpu_stats: noCpu, memory_stats: {}, ...end };
  }
  const usage = Math.trunc((nowMs - startedAtMs) * 10_000);
  const cpu = {
    cpu_usage: { total_usage: usage, percpu_usage: [usage], usage_in_kernelmode: 0, usage_in_usermode: usage },
    system_cpu_usage: Math.trunc(nowMs * 1_000_000),
    online_cpus: cpus,
    throttling_data: noThrottling,
  };
  const memory = { usage: usageBytes, max_usage: 2 * usageBytes, stats: {}, limit: container.hostConfig['Memory'] ?? 0 };
  return {
    ...base,
    pids_stats: { current: 1 },
    blkio_stats: noBlocks([]),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpu,
    precpu_stats: noCpu,
    memory_stats: memory,
    ...end,
  };
}

function noBlocks(rows: [] | null) {
  return {
    io_service_bytes_recursive: rows,
    io_serviced_recursive: rows,
    io_queue_recursive: rows,
    io_service_time_recursive: rows,
    io_wait_time_recursive: rows,
    io_merged_recursive: rows,
    io_time_recursive: rows,
    sectors_recursive: rows,
  };
}
