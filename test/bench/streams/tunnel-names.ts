/** The agent and the fleet of a measured tunnel. */
export const benchAgent = 'f00d';
export const benchCluster = 'bench';
