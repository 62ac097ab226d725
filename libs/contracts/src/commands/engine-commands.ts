import { z } from 'zod';

/** An answer of a daemon, as it came. */
export const EngineAnswer = z.object({
  status: z.number(),
  /** Lower-case names; hop-by-hop headers left out. */
  headers: z.record(z.string(), z.string()),
  /** Text of the body: JSON or empty. */
  body: z.string(),
});
export type EngineAnswer = z.infer<typeof EngineAnswer>;

/** What a call changes: the actor reads it again, and the answer leaves once its record is in the log, or says that it comes (`awaits`). */
export const Touched = z.object({
  containers: z.array(z.string()).default([]),
  images: z.boolean().default(false),
  networks: z.boolean().default(false),
  volumes: z.boolean().default(false),
});
export type Touched = z.infer<typeof Touched>;

/** From which sequence on the log has what a call changed, but for what is on its way still. */
const WrittenReply = z.object({
  sequence: z.number(),
  /** Its container's record, which is on its way: the container's next one above this sequence (0 = the log has none before it). */
  awaits: z.object({ container: z.string(), above: z.number() }).optional(),
});
export type WrittenReply = z.infer<typeof WrittenReply>;

/** Of a create or a start: the caller waits for what the reply `awaits`, so that the reply need not wait for the log. */
const mayAnswerEarly = z.boolean().default(false);

/** Commands on `cmd.engine.<key>.<verb>`, served by the monitor that owns the engine. */
export const engineCommands = {
  /**
   * Create a container once. The actor refuses a term older than the newest it saw, looks for the operation label on the
   * engine where an earlier try may have made it, creates, refreshes, publishes. `answer` is the daemon's own (201 or its refusal).
   */
  create: {
    request: z.object({
      operation: z.string(),
      /** False = nobody was asked for this operation before, so nothing of it can be on the engine. */
      isAgain: z.boolean().default(true),
      term: z.number(),
      name: z.string(),
      platform: z.string(),
      /** API version to speak, e.g. `1.51`; empty = the engine's newest. */
      apiVersion: z.string(),
      /** Create body as JSON text, final: labels, env and names rewritten by the gateway. */
      body: z.string(),
      mayAnswerEarly,
    }),
    reply: WrittenReply.extend({ answer: EngineAnswer, container: z.string().optional() }),
  },
  /** One bounded call to the daemon (mutations: start, stop, rm, network and volume create …), then the refresh of what it touched. */
  call: {
    request: z.object({
      method: z.string(),
      /** Path with query, without version prefix: `/containers/ab12/start?t=3`. */
      path: z.string(),
      apiVersion: z.string(),
      headers: z.record(z.string(), z.string()).default({}),
      body: z.string().default(''),
      touched: Touched,
      /** How long the daemon may take, ms. */
      timeoutMs: z.number(),
      /** Refused when older than the newest term this engine has seen; absent = not fenced. */
      term: z.number().optional(),
      mayAnswerEarly,
    }),
    reply: WrittenReply.extend({ answer: EngineAnswer }),
  },
  /** Re-read what is named (after a change on the data plane) and answer once it is in the log. */
  refresh: { request: z.object({ touched: Touched }), reply: z.object({ sequence: z.number() }) },
  /** Probe now: `docker info` after an operator's repair need not wait. */
  probe: { request: z.object({}), reply: z.object({ state: z.string() }) },
} as const;

export type EngineVerb = keyof typeof engineCommands;
export type EngineRequest<V extends EngineVerb> = z.input<(typeof engineCommands)[V]['request']>;
export type EngineReply<V extends EngineVerb> = z.infer<(typeof engineCommands)[V]['reply']>;
