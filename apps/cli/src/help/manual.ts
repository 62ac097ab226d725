/** What is said, and what it means. */
export type ManualRow = readonly [term: string, meaning: string];

/** What `--help` says of a command besides its synopsis and its options. `docs/cli.md` is made of the same. */
export type ManualEntry = {
  /** Paragraphs below the one-line summary. */
  readonly description: readonly string[];
  /** Variables that it reads besides its flags. */
  readonly environment?: readonly ManualRow[];
  /** Command lines that run as they stand, once addresses and files are the reader's. */
  readonly examples: readonly ManualRow[];
  readonly exitStatus?: readonly ManualRow[];
  /** Commands, and files of this repository. */
  readonly seeAlso: readonly string[];
};

export const usualExitStatus: readonly ManualRow[] = [
  ['0', 'it did what it was asked'],
  ['1', 'it could not, or the command line is wrong; the reason is on stderr'],
];

const serviceExitStatus: readonly ManualRow[] = [
  ['0', 'it was asked to stop (SIGTERM, SIGINT)'],
  ['1', 'it could not go on; the reason is in the log'],
  ['78', 'its configuration is wrong; all problems are on stderr'],
];

const asking: readonly ManualRow[] = [
  ['DOCKER_HOST', 'gateway to ask, unless --host names one'],
  ['DOCKER_TLS_VERIFY, DOCKER_TLS, DOCKER_CERT_PATH', 'TLS to it, as the docker CLI reads them'],
  ['BALEEN_TOKEN', 'bearer token, where a policy wants one'],
];

const ofService: readonly ManualRow[] = [['BALEEN_…', 'every setting: docs/config.md']];

/** By words of the command behind `baleen`; of `baleen` itself by its name. */
export const manual: Readonly<Record<string, ManualEntry>> = {
  baleen: {
    description: [
      'Baleen makes one Docker host of many engines: point DOCKER_HOST at it, and the docker CLI runs its containers on the fleet.',
      '"baleen manage" starts everything on one machine; "baleen gateway", "scheduler", "monitor" and "discovery" start single parts.',
    ],
    environment: [['DEBUG', '1, t or true: as --debug']],
    examples: [
      ['baleen manage nodes://10.0.0.1:2375,10.0.0.2:2375', 'a fleet of two engines, at tcp://127.0.0.1:2375'],
      ['baleen doctor', 'what is wrong with the fleet at DOCKER_HOST, and what to do'],
    ],
    seeAlso: ['README.md', 'docs/cli.md', 'docs/config.md', 'docs/guides/operate.md'],
  },
  manage: {
    description: [
      'Runs discovery, engine monitors, schedulers and gateways as processes under one supervisor, with a nats-server of their own unless --nats names another. It stays in the foreground; ' +
        'containers stay on their engines when it ends.',
      'A name in brackets behind a flag is the variable that the flag sets for the services. A flag that has a default counts before the environment; of the others, what no flag says is left to it.',
    ],
    environment: [
      ['SWARM_DISCOVERY', 'the discovery, unless the argument is given'],
      ['SWARM_HOST', 'more addresses to listen on, comma-separated'],
      ['BALEEN_…', 'settings that have no flag: docs/config.md'],
    ],
    examples: [
      ['baleen manage nodes://10.0.0.[1:9]:2375', 'nine engines'],
      [
        'baleen manage --strategy binpack --publish gateway file:///etc/fleet',
        'engines from a file; published ports are reached at the gateway',
      ],
      [
        'baleen manage -H tcp://0.0.0.0:2376 --tlsverify --tlscacert ca.pem --tlscert cert.pem --tlskey key.pem --engine-tls off nodes://10.0.0.1:2375',
        'for other machines, which need a client certificate',
      ],
    ],
    exitStatus: [
      ['0', 'it was asked to stop (SIGTERM, SIGINT)'],
      ['1', 'the command line is wrong, or a service or NATS could not be kept running; the reason is on stderr'],
    ],
    seeAlso: ['baleen doctor', 'baleen certs', 'docs/config.md', 'docs/guides/migrate-from-classic-swarm.md'],
  },
  explain: {
    description: [
      'Shows each engine with the verdict of the last placement of a container: the filter that refused it and why, or its score. The chosen one is marked with *. A score is the strategy’s weight; ' +
        'the lowest wins. With --dry-run the status is 1 where the container would go nowhere.',
    ],
    environment: asking,
    examples: [
      ['baleen explain web', 'why the container web is where it is'],
      [
        'baleen explain --dry-run --memory 2g -e constraint:zone==a busybox',
        'what docker run with these arguments would do; nothing is created',
      ],
    ],
    seeAlso: ['baleen nodes', 'docs/errors.md'],
  },
  nodes: {
    description: [
      'One line an engine: state, since when, when it is tried again, containers that run of all, version, and the reason of its state.',
    ],
    environment: asking,
    examples: [
      ['baleen nodes', 'the engines of the fleet at DOCKER_HOST'],
      ['baleen nodes --json', 'the same, with everything that a gateway knows'],
    ],
    seeAlso: ['baleen status', 'docs/engine-lifecycle.md'],
  },
  status: {
    description: [
      'The fleet’s own parts, as one gateway sees them. What is wrong with them, and what to do, says baleen doctor.',
    ],
    environment: asking,
    examples: [['baleen status', 'the parts of the fleet at DOCKER_HOST']],
    seeAlso: ['baleen doctor', 'baleen nodes', 'docs/guides/operate.md'],
  },
  doctor: {
    description: [
      'Looks at the gateway, NATS, schedulers, monitors and engines. Each finding is ok, a warning or a PROBLEM, with what to do below it.',
    ],
    environment: [...asking, ['BALEEN_NATS, BALEEN_CLUSTER', 'as --nats and --cluster']],
    examples: [
      ['baleen doctor', 'all that the gateway at DOCKER_HOST knows'],
      ['baleen doctor --nats nats://10.0.0.2:4222', 'NATS too, when the gateway does not answer'],
    ],
    exitStatus: [
      ['0', 'everything works; there may be warnings'],
      ['1', 'something does not work, or the command line is wrong'],
    ],
    seeAlso: ['baleen status', 'docs/guides/operate.md', 'docs/errors.md'],
  },
  gateway: {
    description: [
      'The Docker Engine API of the fleet. Any number of gateways, on any machines, serve the same fleet; each reaches the engines itself.',
    ],
    environment: ofService,
    examples: [['baleen gateway --nats nats://10.0.0.2:4222 -H tcp://127.0.0.1:2375', 'a gateway for this machine’s users']],
    exitStatus: serviceExitStatus,
    seeAlso: ['baleen manage', 'docs/config.md', 'docs/guides/operate.md'],
  },
  scheduler: {
    description: ['Places containers. Of several schedulers one leads; another takes over when it ends.'],
    environment: ofService,
    examples: [['baleen scheduler --nats nats://10.0.0.2:4222', 'one more scheduler']],
    exitStatus: serviceExitStatus,
    seeAlso: ['baleen manage', 'docs/config.md', 'docs/guides/operate.md'],
  },
  monitor: {
    description: [
      'Watches engines and carries out what changes them. Monitors share the engines; add and remove them at any time.',
    ],
    environment: ofService,
    examples: [['baleen monitor --nats nats://10.0.0.2:4222', 'one more monitor, which takes its share of the engines']],
    exitStatus: serviceExitStatus,
    seeAlso: ['baleen manage', 'docs/config.md', 'docs/engine-lifecycle.md'],
  },
  discovery: {
    description: ['Reads where the engines are, and keeps the fleet’s list of members. Of several one is active.'],
    environment: ofService,
    examples: [['baleen discovery --nats nats://10.0.0.2:4222 file:///etc/fleet', 'engines from a file, one a line']],
    exitStatus: serviceExitStatus,
    seeAlso: ['baleen list', 'baleen manage', 'docs/config.md'],
  },
  certs: {
    description: [
      'For trying TLS out. Prints the command line of the fleet, and for each client the variables that the docker CLI needs.',
    ],
    examples: [['baleen certs --host gateway.example --client ann --client ben', 'for a gateway of that name and two users']],
    seeAlso: ['baleen manage', 'docs/adr/0032-tls-of-the-gateways-endpoint.md'],
  },
  policy: {
    description: [
      'A policy says who may ask what of a gateway, and what belongs to which tenant. It is a file of JSON that gateways re-read when it changes; its form, and one to begin with, are in docs/security.md.',
    ],
    examples: [
      ['baleen policy token ci-a', 'a token for the identity ci-a, and the digest for the file'],
      ['baleen policy check policy.json', 'what is wrong with a file, or who it lets in'],
      ['baleen manage --policy policy.json --audit-log audit.log nodes://10.0.0.1:2375', 'a fleet under it'],
    ],
    seeAlso: ['baleen manage', 'docs/security.md'],
  },
  'policy check': {
    description: ['Prints one line an identity: its role, its tenant, and by what it is known.'],
    examples: [['baleen policy check policy.json', 'before a gateway reads it']],
    seeAlso: ['baleen policy token', 'docs/security.md'],
  },
  'policy token': {
    description: ['Nothing is kept: whoever loses a token gets a new one, and its digest replaces the old one in the file.'],
    examples: [['baleen policy token ci-a', 'a token for the identity ci-a, and the digest for the policy file']],
    seeAlso: ['baleen policy check', 'docs/security.md'],
  },
  create: {
    description: [
      'The token goes to stdout, how to use it to stderr. Entries of a token expire when their engines are not registered any more.',
    ],
    environment: [['BALEEN_ADMIN', 'admin listener to ask, unless --admin names one'], ...asking.slice(1)],
    examples: [['baleen create --admin tcp://127.0.0.1:2380', 'where the fleet was started with that --admin']],
    seeAlso: ['baleen join', 'baleen list'],
  },
  list: {
    description: ['Prints one address a line. Entries that cannot be read are named on stderr.'],
    environment: [
      ['SWARM_DISCOVERY', 'the discovery, unless the argument is given'],
      ['BALEEN_NATS', 'as --nats'],
    ],
    examples: [
      ['baleen list nodes://10.0.0.[1:9]:2375', 'what a range means'],
      ['baleen list etcd://10.0.0.2:2379/fleet', 'the engines that are registered there now'],
    ],
    seeAlso: ['baleen join', 'baleen nodes'],
  },
  join: {
    description: [
      'As an agent (--token) it runs beside a daemon and dials out to the fleet’s NATS: the engine’s machine needs no open port. Otherwise it registers the address --advertise with a discovery while the ' +
        'daemon answers there, and takes it off the list when it ends. Either way it stays in the foreground.',
    ],
    environment: [
      ['SWARM_DISCOVERY', 'the discovery, unless the argument is given'],
      ['SWARM_ADVERTISE', 'as --advertise'],
      ['BALEEN_CLUSTER', 'with --nats: as --cluster'],
    ],
    examples: [
      ['baleen join --token /etc/baleen/join.token', 'this machine’s engine joins through an agent'],
      ['baleen join --advertise 10.0.0.5:2375 etcd://10.0.0.2:2379/fleet', 'an engine with an open port registers itself'],
    ],
    exitStatus: serviceExitStatus,
    seeAlso: ['baleen join-token', 'baleen list', 'baleen create', 'docs/guides/homelab.md'],
  },
  'join-token': {
    description: [
      'The token goes to stdout and is a secret: keep it in a file of mode 0600 on the engine’s machine and run baleen join --token FILE there. It is good for one engine, whose records, commands and ' +
        'streams are all it reaches.',
      '--id renews the token of an agent: a new file in the place of the old one counts from the next connection on.',
    ],
    examples: [
      ['baleen join-token --nats-dir /var/lib/baleen-nats > engine-7.token', 'admits one engine for a year'],
      ['baleen join-token --nats-dir /var/lib/baleen-nats --list', 'which tokens are good'],
      ['baleen join-token --nats-dir /var/lib/baleen-nats --revoke 0123456789abcdef', 'cuts an agent off within seconds'],
    ],
    exitStatus: usualExitStatus,
    seeAlso: ['baleen join', 'baleen nats-keys', 'docs/guides/homelab.md'],
  },
  'nats-keys': {
    description: [
      'The folder gets server/, a configuration for each nats-server (--config server/nats.conf), creds/<service>/nats.creds for BALEEN_NATS_CREDS_FILE of each service, and keys.json, which signs join ' +
        'tokens: it belongs to whoever admits engines, and on no server.',
      'Calling it again with a newer Baleen keeps all keys and writes what each may do now; servers learn it when they start, or from: baleen join-token --push.',
    ],
    environment: [['BALEEN_CLUSTER', 'as --cluster']],
    examples: [['baleen nats-keys --out keys --nats tls://nats.example:4222', 'then nats-server --config keys/server/nats.conf']],
    exitStatus: usualExitStatus,
    seeAlso: ['baleen join-token', 'docs/adr/0037-nats-secured.md'],
  },
};
