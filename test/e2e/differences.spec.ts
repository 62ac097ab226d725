import { clientTraces } from '../diff/corpus/client-traces.ts';
import { containerApi } from '../diff/corpus/container-api.ts';
import { rawEdges } from '../diff/corpus/raw-edges.ts';
import { diffSuite } from '../diff/diff.suite.ts';

/** A slice of `npm run test:diff`, so that every run of all tests sees what clients would see changed. */
const slice = [...rawEdges, ...containerApi.slice(0, 3), ...clientTraces.slice(-1)];

diffSuite({ engines: 'new', fleet: 'three', scenarios: slice, isWhole: false });
