import { containerLife } from './container-life.ts';
import { containerStreams } from './container-streams.ts';
import { objects } from './objects.ts';

/** The docker CLI's whole session. */
export const session = [...containerLife, ...containerStreams, ...objects];

/** What half-closes and what has a terminal: where engines and ways to them differ, it is there. */
export const sessionSample = containerStreams.filter(([name]) => /^(attach|exec)/.test(name)).concat(containerLife.slice(1, 3));

/** Every set-up runs the sample, one the whole session; BALEEN_LONG=1 runs all of it everywhere. */
export const isLong = process.env['BALEEN_LONG'] === '1';
