/** Labels Baleen writes on containers. Classic's names are kept where classic had one (spec 4.4). */
export const labels = {
  swarmId: 'com.docker.swarm.id',
  constraints: 'com.docker.swarm.constraints',
  affinities: 'com.docker.swarm.affinities',
  whitelists: 'com.docker.swarm.whitelists',
  reschedulePolicies: 'com.docker.swarm.reschedule-policies',
  /** Operation id of the create: the engine-side proof that it happened. */
  operation: 'io.baleen.operation',
  /** The original create, sealed for its operation (ADR 46); empty on containers without a rescheduling policy. */
  originalRequest: 'io.baleen.request',
  /** Name of the tenant that an object belongs to; empty on what belongs to none (ADR 35). Nobody but the gateway sets it. */
  owner: 'io.baleen.owner',
  /** Host ports that were drawn or are bound elsewhere than asked, only on engines whose ports the gateways publish (`publishing.ts`). */
  ports: 'io.baleen.ports',
} as const;

/** The tenant that an object with these labels belongs to; `undefined` = none. */
export function ownerOf(all: Readonly<Record<string, string>>): string | undefined {
  return all[labels.owner] || undefined;
}
