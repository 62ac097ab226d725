import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { EventLog } from '../events/event-log.ts';
import type { EngineState } from '../model/engine-state.ts';
import type { ExecStore } from '../model/exec-store.ts';
import type { RenderedBodies } from '../render/rendered-bodies.ts';
import type { RenderedRows } from '../render/rendered-rows.ts';
import type { Call } from './call.ts';
import type { Reply } from './reply.ts';

/** What routes work on: one simulated engine. */
export type Served = {
  readonly state: EngineState;
  readonly events: EventLog;
  readonly execs: ExecStore;
  readonly bodies: RenderedBodies;
  /** Of the list of containers. */
  readonly rows: RenderedRows;
  /** Told of every HTTP/2 ping on `/grpc`. */
  readonly onPing: () => void;
};

export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** A connection that a client takes over; `early`: what came behind the request's head. */
export type Takeover = { readonly socket: Socket; readonly early: Buffer; readonly request: IncomingMessage };

/**
 * `answer`: a whole answer to a whole request · `stream`: writes its answer, or reads its body, piece by piece · `session`: takes the
 * connection over where the client asks to upgrade it.
 */
export type Route = {
  readonly answer?: (served: Served, call: Call) => Reply;
  readonly stream?: (served: Served, call: Call, exchange: Exchange) => void;
  readonly session?: (served: Served, call: Call, takeover: Takeover) => void;
};

/** By `GET /containers/{id}/json`. */
export type Routes = Readonly<Record<string, Route>>;
