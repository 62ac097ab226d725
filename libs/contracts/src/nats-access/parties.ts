/** Who dials NATS. Each has credentials of its own; `operator` is who runs `baleen doctor` and the like, `agent` one engine's agent. */
export const serviceParties = ['discovery', 'engine-monitor', 'scheduler', 'api-gateway', 'operator'] as const;
export type ServiceParty = (typeof serviceParties)[number];
export const parties = [...serviceParties, 'agent'] as const;
export type Party = (typeof parties)[number];
