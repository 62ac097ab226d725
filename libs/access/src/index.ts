export { repositoryTest } from './image-patterns.ts';
export { type ContainerLimits, type Policy, parsePolicy, privilegesOf, type Quotas, type TenantPolicy } from './policy.ts';
export { allPrivileges, type Privilege, privileges, type Role, roles } from './privilege.ts';
export { readStrictJson } from './strict-json.ts';
export { subnetTest } from './subnets.ts';
export { tokenDigest } from './token-digest.ts';
