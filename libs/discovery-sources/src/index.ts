export { agentsSource } from './backends/agents.source.ts';
export * from './discovery-argument.ts';
export * from './discovery-source.ts';
export { parseAddress } from './lists/address.ts';
export { listFileFailure, listProblems } from './lists/list-file.ts';
export * from './open-registry.ts';
export * from './open-source.ts';
