/** What the operator needs once the fleet is up. */
export type Ready = {
  /** As DOCKER_HOST names them, one a gateway's listener. */
  readonly dockerHosts: readonly string[];
  /** What a client's shell is told besides: variables of docker's TLS. */
  readonly tlsVariables: string;
  /** Addresses for browsers; empty = there is no listener for operators. */
  readonly dashboards: readonly string[];
  /** How one more engine gets in. */
  readonly adding: readonly string[];
};

const columnWidth = 15;

/** The same at one glance: where to point docker, the dashboard, and how engines get in. */
export function readyLines({ dockerHosts, tlsVariables, dashboards, adding }: Ready): string[] {
  const rows = [
    ...rowsOf(
      'docker',
      dockerHosts.map((host) => `export DOCKER_HOST=${host}${tlsVariables}`),
    ),
    ...rowsOf('dashboard', dashboards.length > 0 ? dashboards : ['none: --admin tcp://127.0.0.1:2380 opens one']),
    ...rowsOf('one more engine', adding),
  ];
  return ['ready', ...rows];
}

function rowsOf(name: string, values: readonly string[]): string[] {
  return values.map((value, index) => `  ${(index === 0 ? name : '').padEnd(columnWidth)} ${value}`);
}
