import type { Scenario } from '../session.ts';
import { cliSession } from './cli-session.ts';
import { clientTraces } from './client-traces.ts';
import { containerApi } from './container-api.ts';
import { objectApi } from './object-api.ts';
import { rawEdges } from './raw-edges.ts';

/** All that is asked, in its order. */
export const corpus: readonly (readonly [string, Scenario])[] = [
  ...rawEdges,
  ...containerApi,
  ...objectApi,
  ...cliSession,
  ...clientTraces,
];
