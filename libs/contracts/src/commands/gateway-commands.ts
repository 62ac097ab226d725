import { z } from 'zod';

/** Commands on `cmd.gateway.<id>.<verb>`, served by that gateway. */
export const gatewayCommands = {
  /** Answered once the gateway's view has reached `sequence`, at which the asking gateway took its lease: from then on it knows of it. */
  greet: { request: z.object({ sequence: z.number() }), reply: z.object({}) },
} as const;

export type GatewayVerb = keyof typeof gatewayCommands;
export type GatewayReply<V extends GatewayVerb> = z.infer<(typeof gatewayCommands)[V]['reply']>;
