import type { Figures } from './row.ts';

/**
 * Classic Swarm on the same machine (two shared cores, simulated engines without delay), one client: `CASE SIZE` to its figures. `perSecond`
 * of one client that waits for each answer is 1,000 / p50.
 */
const lists = {
  'list 10x100': { p50Ms: 25, cpuMs: 22 },
  'list 100x100': { p50Ms: 300, cpuMs: 305 },
  'list 1000x100': { p50Ms: 3_900, cpuMs: 4_650 },
} as const satisfies Readonly<Record<string, Figures>>;

export const classicFigures: Readonly<Record<string, Figures>> = {
  ...Object.fromEntries(Object.entries(lists).map(([key, figures]) => [key, { ...figures, perSecond: 1_000 / figures.p50Ms }])),
  'ping 3x10': { perSecond: 9_600, cpuMs: 0.074 },
  'ping 100x100': { perSecond: 8_200, cpuMs: 0.084 },
  'ping 1000x100': { perSecond: 10_000, cpuMs: 0.065 },
  'version 3x10': { perSecond: 11_700 },
  'version 100x100': { perSecond: 9_100 },
  'version 1000x100': { perSecond: 21_700 },
  'info 3x10': { p50Ms: 0.2, cpuMs: 0.2 },
  'info 100x100': { p50Ms: 8.7, cpuMs: 11 },
  'info 1000x100': { p50Ms: 92, cpuMs: 280 },
  'inspect by id 3x10': { p50Ms: 0.8, cpuMs: 0.75 },
  'inspect by id 100x100': { p50Ms: 3.4, cpuMs: 4.2 },
  'inspect by id 1000x100': { p50Ms: 37, cpuMs: 45 },
  'inspect by name 3x10': { p50Ms: 0.8, cpuMs: 0.74 },
  'inspect by name 100x100': { p50Ms: 24, cpuMs: 22 },
  'inspect by name 1000x100': { p50Ms: 437, cpuMs: 409 },
  'images 3x10': { p50Ms: 0.2 },
  'images 100x100': { p50Ms: 0.5 },
  'images 1000x100': { p50Ms: 36 },
  'networks 3x10': { p50Ms: 0.3 },
  'networks 100x100': { p50Ms: 42 },
  'networks 1000x100': { p50Ms: 535 },
  'list by label 10x100': { p50Ms: 3 },
  'list by label 100x100': { p50Ms: 51 },
  'list by label 1000x100': { p50Ms: 675 },
  'list by name 10x100': { p50Ms: 6 },
  'list by name 100x100': { p50Ms: 74 },
  'list by name 1000x100': { p50Ms: 748 },
  'list by id 10x100': { p50Ms: 6 },
  'list by id 100x100': { p50Ms: 63 },
  'list by id 1000x100': { p50Ms: 716 },
  'create+start, 1 client 3x10': { perSecond: 131, p50Ms: 6.7, cpuMs: 5.5, engineRequests: 12 },
  'create+start, 1 client 100x100': { perSecond: 20, p50Ms: 46, cpuMs: 50, engineRequests: 12 },
  'cold start 10x100': { readyMs: 500, rssMib: 77 },
  'cold start 100x100': { readyMs: 6_000, rssMib: 613, engineRequests: 109 },
  'cold start 1000x100': { readyMs: 64_000, rssMib: 6_656 },
  'events 1000/s, 1 subscriber 20x10': { p50Ms: 1.7 },
  'events 1000/s, 10 subscribers 20x10': { p50Ms: 3_800 },
  'events 1000/s, 100 subscribers 20x10': { p50Ms: 37_000 },
  'events 4000/s, 1 subscriber 20x10': { p50Ms: 4_600 },
};
