import { z } from 'zod';

/**
 * `agent.<id>`: an engine whose agent dialled in over NATS (`baleen join --token`), a member until its agent leaves or an operator removes
 * it. Writer: the agent, through a monitor's door; `docker node rm` removes it. Never expires: a cut link is no leave.
 */
export const AgentRecord = z.object({
  /** Issued at enrolment, kept on the engine's host; one subject token. The engine's identity is ours, the daemon's ID an attribute. */
  id: z.string().regex(/^[A-Za-z0-9_-]+$/),
  /** Host name of the engine's machine. */
  host: z.string(),
  /** The agent process that wrote it. */
  instance: z.string(),
  registeredAtMs: z.number(),
});
export type AgentRecord = z.infer<typeof AgentRecord>;

const scheme = 'nats://';

/** The member address of an engine behind an agent: `nats://<id>`. */
export function agentAddress(id: string): string {
  return `${scheme}${id}`;
}

/** The agent that serves the engine at this address; `undefined` = the engine has an address of its own. */
export function agentOf(address: string): string | undefined {
  return address.startsWith(scheme) ? address.slice(scheme.length) : undefined;
}
