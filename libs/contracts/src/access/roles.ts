/** Who dials NATS. Each has credentials of its own; `operator` is who runs `baleen doctor` and the like, `agent` one engine's agent. */
export const serviceRoles = ['discovery', 'engine-monitor', 'scheduler', 'api-gateway', 'operator'] as const;
export type ServiceRole = (typeof serviceRoles)[number];
export type Role = ServiceRole | 'agent';
export const roles: readonly Role[] = [...serviceRoles, 'agent'];
