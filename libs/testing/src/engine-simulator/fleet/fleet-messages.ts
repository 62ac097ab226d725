import type { FaultRule } from '../faults/fault-rule.ts';
import type { WhichEngines } from './engine-host.ts';
import type { Storm } from './event-storm.ts';
import type { FleetRequests } from './request-counts.ts';

/** What a parent asks of the process with the engines. */
export type FleetCommand =
  | { readonly type: 'requests' }
  | { readonly type: 'storm'; readonly storm: Storm }
  | { readonly type: 'fault'; readonly which: WhichEngines; readonly rule: FaultRule }
  | { readonly type: 'refuse'; readonly which: WhichEngines }
  | { readonly type: 'heal'; readonly which: WhichEngines }
  | { readonly type: 'restart'; readonly which: WhichEngines; readonly downMs: number };

/** Answers carry the number of the command they answer. */
export type FleetCommandMessage = { readonly number: number; readonly command: FleetCommand };

export type FleetMessage =
  | { readonly type: 'open'; readonly addresses: readonly string[] }
  | { readonly type: 'done'; readonly number: number; readonly requests?: FleetRequests }
  | { readonly type: 'failed'; readonly number: number; readonly message: string };
