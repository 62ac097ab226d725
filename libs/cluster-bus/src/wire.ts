import { BaleenError, type ErrorCode, fromWireError, toWireError, type WireError } from '#contracts';
import type { BusSink } from './bus-sink.ts';

/** A reply as it travels. */
export type Reply = { readonly ok: unknown } | { readonly error: WireError };

/** ms the caller still waits, counted from the moment the request was sent. */
export const deadlineHeader = 'Baleen-Deadline';

/** Served at once per subject; more are answered cluster/busy. The slowest handler (a create with pull) still leaves memory bounded. */
export const inFlightMax = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value ?? null));
}

export function decodeJson(payload: Uint8Array): unknown {
  return JSON.parse(decoder.decode(payload));
}

/** What a reply means to the caller: its value, or its failure thrown. */
export function openReply(reply: Reply): unknown {
  if ('error' in reply) throw fromWireError(reply.error);
  return reply.ok;
}

/** A failure keeps its code; a defect is logged here and hidden from the caller. */
export function toReply(error: unknown, subject: string, logger: BusSink | undefined): Reply {
  if (error instanceof BaleenError) return { error: toWireError(error) };
  logger?.error({ err: error, subject }, 'a handler broke');
  return { error: { code: 'cluster/unavailable', message: `internal error while serving ${subject}` } };
}

export function busyReply(subject: string): Reply {
  return { error: { code: 'cluster/busy', message: `more than ${inFlightMax} requests to ${subject} are being served` } };
}

/** Who serves a subject, in words that users know, and what it means where nobody does. */
type Server = { readonly name: string; readonly code: ErrorCode; readonly nobody: string };

function serverOf(subject: string): Server {
  if (subject.startsWith('cmd.scheduler.'))
    return { name: 'the leading scheduler', code: 'leadership/not-leader', nobody: 'no scheduler leads just now' };
  if (subject.startsWith('cmd.engine.'))
    return { name: 'the monitor that owns the engine', code: 'engine/not-owned', nobody: 'no monitor owns the engine just now' };
  if (subject.startsWith('tunnel.'))
    return { name: 'the agent of the engine', code: 'engine/not-owned', nobody: 'no agent serves the engine just now' };
  return { name: subject, code: 'cluster/unavailable', nobody: `nobody serves ${subject}` };
}

/** Nobody serves the subject: what that means depends on who should. */
export function noResponders(subject: string): BaleenError {
  const { code, nobody } = serverOf(subject);
  return new BaleenError(code, nobody, { details: { subject } });
}

/** Nobody has answered in time. */
export function noAnswer(subject: string, timeoutMs: number, cause?: unknown): BaleenError {
  return unavailable(`${serverOf(subject).name} did not answer within ${timeoutMs / 1_000} s`, cause);
}

export function unavailable(message: string, cause?: unknown): BaleenError {
  return new BaleenError('cluster/unavailable', message, cause === undefined ? {} : { cause });
}
