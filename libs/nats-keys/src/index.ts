export * from './agents.ts';
export * from './join-defaults.ts';
export * from './join-token.ts';
export * from './key-folder.ts';
export { AgentId, agentIdBytes, type IssuedAgent, type KeyRing } from './key-ring.ts';
export * from './push-claims.ts';
export { natsMaxPayloadBytes } from './server-template.ts';
export type { ServerTrust } from './server-trust.ts';
