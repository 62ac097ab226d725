/** One row per error code: what the client gets and what the operator should do. `docs/errors.md` is generated from it. */
export type ErrorRow = {
  /** HTTP status the gateway answers with. */
  readonly status: number;
  /** True when the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly meaning: string;
  readonly remedy: string;
};

export const errorCatalogue = {
  'request/invalid': {
    status: 400,
    retryable: false,
    meaning: 'The request cannot be understood or breaks a rule of the Docker API.',
    remedy: 'Correct what the message names.',
  },
  'request/too-large': {
    status: 413,
    retryable: false,
    meaning: 'The body is larger than the gateway keeps in memory for this route.',
    remedy: 'Send a smaller body.',
  },
  'request/not-found': {
    status: 404,
    retryable: false,
    meaning: 'No engine of the fleet holds the object that was named.',
    remedy: 'Check the name; `docker ps -a`, `images`, `network ls` and `volume ls` show what the fleet holds.',
  },
  'request/conflict': {
    status: 409,
    retryable: false,
    meaning: 'The object exists already or is in a state that forbids the request.',
    remedy: 'Follow the message: remove or rename the other object, or change its state.',
  },
  'request/forbidden': {
    status: 403,
    retryable: false,
    meaning: 'The engine or the fleet never allows this.',
    remedy: 'Follow the message.',
  },
  'access/unauthenticated': {
    status: 401,
    retryable: false,
    meaning:
      'A policy is in force, and the request does not show who asks: no client certificate and no token that the policy knows.',
    remedy: 'Use a certificate or a bearer token of the policy file (docs/security.md).',
  },
  'access/refused': {
    status: 403,
    retryable: false,
    meaning: 'The policy does not allow this to whoever asks.',
    remedy: 'Follow the message; the policy file of the gateway says who may do what (docs/security.md).',
  },
  'request/not-served': {
    status: 501,
    retryable: false,
    meaning: 'The Docker API has this route, a fleet does not serve it (yet).',
    remedy: 'Send the request to one engine directly.',
  },
  'engine/too-old': {
    status: 400,
    retryable: false,
    meaning:
      'The request sets a field that the API of the engine it is for does not know, which would be dropped without a word, or means something else there.',
    remedy:
      'Follow the message: leave the field out, or upgrade that engine; `--min-engine-api` keeps such engines out of service.',
  },
  'placement/no-eligible-engine': {
    status: 500,
    retryable: false,
    meaning: 'Every engine was refused by a filter, or none has the resources.',
    remedy: 'Read the refusals in the message; `baleen explain` shows them engine by engine.',
  },
  'placement/no-engine': {
    status: 500,
    retryable: true,
    meaning: 'The fleet has no healthy engine.',
    remedy: 'Look at `docker info` and `docker node ls` for the reasons.',
  },
  'placement/invalid-expression': {
    status: 400,
    retryable: false,
    meaning: 'A constraint, affinity, whitelist or rescheduling policy is malformed.',
    remedy: 'Correct the expression the message names.',
  },
  'placement/name-taken': {
    status: 409,
    retryable: false,
    meaning: 'The name belongs to another container of the fleet or to a create in flight.',
    remedy: 'Remove or rename that container, or choose another name.',
  },
  'placement/port-taken': {
    status: 409,
    retryable: false,
    meaning:
      'A host port cannot be had at the gateway: a container of the fleet or another process has it, or none of a range is free.',
    remedy: 'Remove the container the message names, or publish another host port.',
  },
  'placement/unknown-operation': {
    status: 404,
    retryable: false,
    meaning: 'No reservation or decision with this operation id.',
    remedy: 'The reservation expired or was never made: place again.',
  },
  'build/no-builder': {
    status: 503,
    retryable: true,
    meaning: 'No engine of the fleet may build just now.',
    remedy:
      'Follow the reasons in the message: bring an engine back, make one active again (`docker node update`) or change its label `baleen.builder`.',
  },
  'leadership/not-leader': {
    status: 503,
    retryable: true,
    meaning: 'No scheduler leads just now, or the one asked lost its lease.',
    remedy: 'Wait for the next leader (seconds); if none comes, look at the schedulers and NATS.',
  },
  'engine/unhealthy': {
    status: 503,
    retryable: true,
    meaning: 'The engine that holds the object does not answer.',
    remedy: 'Look at its reason in `docker info`; bring the daemon or its network back.',
  },
  'engine/unreachable': {
    status: 503,
    retryable: true,
    meaning: 'The connection to the engine failed or broke before an answer came.',
    remedy: 'Look at its reason in `docker info`; bring the daemon or its network back.',
  },
  'engine/timeout': {
    status: 503,
    retryable: true,
    meaning: 'The engine took the request and did not answer in time.',
    remedy: 'Look at the daemon; the request may still take effect.',
  },
  'engine/bad-answer': {
    status: 502,
    retryable: true,
    meaning: 'What answered at the address of the engine does not speak the Docker API.',
    remedy: 'Check the address and the port in the discovery argument.',
  },
  'engine/stale-term': {
    status: 503,
    retryable: true,
    meaning: 'The command was sent under an older leadership or ownership and is refused.',
    remedy: 'None needed: the request is placed again.',
  },
  'engine/not-owned': {
    status: 503,
    retryable: true,
    meaning: 'No monitor owns the engine just now.',
    remedy: 'Wait for a monitor to take it (seconds); if none comes, start one.',
  },
  'cluster/unavailable': {
    status: 503,
    retryable: true,
    meaning: 'NATS does not answer, so nothing can be decided.',
    remedy: 'Start nats-server, or name the right one with --nats (BALEEN_NATS); reads are served from the last view meanwhile.',
  },
  'cluster/busy': {
    status: 503,
    retryable: true,
    meaning: 'A bounded queue is full.',
    remedy: 'Try again; add gateways or monitors when it happens often.',
  },
  'cluster/fenced': {
    status: 503,
    retryable: true,
    meaning: 'The lease that the write was made under has ended; the log refused it.',
    remedy: 'None needed: the writer steps down.',
  },
  'cluster/claim-taken': {
    status: 409,
    retryable: false,
    meaning: 'The record that had to be new exists already.',
    remedy: 'Choose another name or wait for its owner.',
  },
  'config/invalid': {
    status: 500,
    retryable: false,
    meaning: 'A flag or environment variable is wrong.',
    remedy: 'Correct what the message lists.',
  },
  'discovery/invalid': {
    status: 500,
    retryable: false,
    meaning: 'The discovery argument or what its source holds cannot be read.',
    remedy: 'Correct what the message names.',
  },
  'discovery/unavailable': {
    status: 503,
    retryable: true,
    meaning: 'The place that lists the engines (store, file, token service, DNS) does not answer; the last list stays.',
    remedy: 'Bring it back; it is asked again by itself.',
  },
  'discovery/limit': {
    status: 429,
    retryable: true,
    meaning: 'The token service keeps no more tokens, or no more registrations of this token.',
    remedy: 'Wait until unused ones expire, or use another discovery backend for a fleet of that size.',
  },
  'nats/unusable': {
    status: 500,
    retryable: false,
    meaning: 'No usable nats-server (2.12 or newer, with JetStream) was found.',
    remedy: 'Follow the message: install one or name one with --nats.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorCatalogue;
