/** `libs` an app or lib may import, by package.json imports (#name). An undeclared edge is an error. */
const mayImport = {
  'libs/contracts': [],
  'libs/access': ['contracts'],
  'libs/actor': [],
  'libs/service-shell': ['contracts'],
  'libs/cluster-log': ['contracts', 'service-shell'],
  'libs/cluster-bus': ['contracts', 'service-shell', 'cluster-log'],
  'libs/docker-api': ['contracts', 'service-shell'],
  'libs/endpoint': ['contracts', 'service-shell', 'docker-api'],
  'libs/tunnel': ['contracts', 'service-shell', 'cluster-bus', 'docker-api'],
  'libs/embedded-nats': ['contracts', 'service-shell', 'nats-keys'],
  'libs/nats-keys': ['contracts'],
  'libs/discovery-sources': ['contracts', 'service-shell', 'cluster-log'],
  'libs/testing': ['contracts', 'service-shell', 'embedded-nats'],
  'apps/discovery': ['contracts', 'service-shell', 'cluster-log', 'cluster-bus', 'discovery-sources'],
  'apps/engine-monitor': [
    'contracts',
    'service-shell',
    'cluster-log',
    'cluster-bus',
    'actor',
    'docker-api',
    'tunnel',
    'nats-keys',
  ],
  'apps/scheduler': ['contracts', 'service-shell', 'cluster-log', 'cluster-bus', 'actor', 'docker-api'],
  'apps/api-gateway': ['access', 'contracts', 'service-shell', 'cluster-log', 'cluster-bus', 'docker-api', 'endpoint', 'tunnel'],
  'apps/dashboard': ['contracts'],
  'apps/cli': [
    'access',
    'contracts',
    'service-shell',
    'embedded-nats',
    'docker-api',
    'endpoint',
    'discovery-sources',
    'cluster-log',
    'cluster-bus',
    'nats-keys',
  ],
};

/** Specs may also use the test library. */
const allowedEdges = Object.entries(mayImport).flatMap(([from, libs]) => [
  {
    comment: `${from} imports itself, what its row above names, npm packages and node`,
    from: { path: `^${from}/` },
    to: { path: [`^${from}/`, ...libs.map((lib) => `^libs/${lib}/src/index\\.ts$`), '^node_modules/', '^package\\.json$'] },
  },
  { comment: 'node itself', from: { path: `^${from}/` }, to: { dependencyTypes: ['core'] } },
  {
    comment: 'specs may use the test library',
    from: { path: `^${from}/.*\\.(spec|builders)\\.ts$` },
    to: { path: ['^libs/[^/]+/src/index\\.ts$'] },
  },
]);

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'a cycle has no lowest piece to understand first',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'apps-never-import-apps',
      comment: 'apps talk over NATS subjects only',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'nats-behind-the-ports',
      comment: 'the log and the bus are the only ways to NATS; its keys are claims, and are pushed to its servers',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/(cluster-log|cluster-bus|nats-keys)/'] },
      to: { path: '^node_modules/@nats-io/' },
    },
    {
      name: 'nothing-of-node-in-the-page',
      comment: 'browsers run it: it takes types from the contracts, no code',
      severity: 'error',
      from: { path: '^apps/dashboard/src/', pathNot: ['\\.spec\\.ts$'] },
      to: { path: '^libs/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-test-library-in-production',
      comment: 'fakes and builders never reach a process',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['\\.(spec|builders)\\.ts$', '^libs/testing/'] },
      to: { path: '^libs/testing/' },
    },
  ],
  allowed: [
    ...allowedEdges,
    {
      comment: 'the testbed installs its engines with the bootstrap, which must run without npm packages',
      from: { path: '^libs/testing/src/testbed/' },
      to: { path: '^tools/bootstrap/' },
    },
    { comment: 'tests and tools may use everything', from: { path: '^(test|tools)/' }, to: {} },
  ],
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.d.ts', '.json'],
    },
  },
};
