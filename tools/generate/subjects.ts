import { type Access, engineCommands, gatewayCommands, schedulerCommands, subjectAccess, subjects } from '#contracts';

type Row = { readonly subject: string; readonly writer: string; readonly meaning: string };

const engine = '<engine>';

/** One row per entry of `subjects`; the compiler asks for a missing one. */
const rows: Record<keyof typeof subjects, Row> = {
  member: {
    subject: subjects.member(engine),
    writer: 'the active discovery',
    meaning: 'an engine that discovery lists (MemberRecord)',
  },
  token: {
    subject: subjects.token('<token>'),
    writer: 'any gateway',
    meaning: 'a fleet that engines may be registered with (TokenRecord), TTL 30 days',
  },
  roster: {
    subject: 'roster.<token>.<address>',
    writer: 'any gateway',
    meaning: 'an engine registered with a token (RosterRecord), TTL of the registration',
  },
  agent: {
    subject: subjects.agent('<id>'),
    writer: 'that agent',
    meaning: 'an engine whose agent dialled in over NATS (AgentRecord)',
  },
  daemon: {
    subject: 'daemon.<daemon ID>',
    writer: 'the owner of the member that serves the daemon, by compare-and-set',
    meaning: 'the one member under which a daemon is served (DaemonClaim)',
  },
  engineInfo: {
    subject: subjects.engineInfo(engine),
    writer: 'the engine’s owner',
    meaning: 'identity, state, reason (EngineRecord)',
  },
  container: {
    subject: `engine.${engine}.container.<id>`,
    writer: 'the engine’s owner',
    meaning: 'ContainerFacts and the daemon’s list entry',
  },
  image: {
    subject: `engine.${engine}.image.<id>`,
    writer: 'the engine’s owner',
    meaning: 'ImageFacts and the daemon’s list entry',
  },
  network: {
    subject: `engine.${engine}.network.<id>`,
    writer: 'the engine’s owner',
    meaning: 'NetworkFacts and the daemon’s list entry',
  },
  volume: {
    subject: `engine.${engine}.volume.<name>`,
    writer: 'the engine’s owner',
    meaning: 'VolumeFacts and the daemon’s list entry',
  },
  batch: {
    subject: `batch.${engine}.<part>`,
    writer: 'the engine’s owner',
    meaning: 'many of these records in one message: facts as rows, list entries packed',
  },
  batchAll: { subject: subjects.batchAll(engine), writer: '–', meaning: 'pattern: all batches of one engine' },
  engineAll: { subject: subjects.engineAll(engine), writer: '–', meaning: 'pattern: everything of one engine' },
  lease: {
    subject: subjects.lease('<what>'),
    writer: 'its holder',
    meaning: 'exclusive ownership with a TTL: scheduler, discovery, engine.<engine>, monitor.<id>, gateway.<id>',
  },
  reservation: {
    subject: 'reservation.<operation>',
    writer: 'the leading scheduler',
    meaning: 'a granted hold (ReservationRecord), TTL 60 s',
  },
  decision: {
    subject: 'decision.<operation>',
    writer: 'the leading scheduler',
    meaning: 'why a create went where it went (DecisionRecord), TTL 24 h',
  },
  decided: {
    subject: subjects.decided(),
    writer: 'the leading scheduler',
    meaning: 'core NATS: each placement in short (PlacementNotice), for dashboards',
  },
  leads: {
    subject: subjects.leads(),
    writer: 'a scheduler',
    meaning: 'core NATS: it leads from now on; whoever waits for a leader asks again',
  },
  replacement: {
    subject: 'replacement.<container>',
    writer: 'the leading scheduler',
    meaning: 'a container that is or was placed again (ReplacementRecord)',
  },
  orderKey: {
    subject: subjects.orderKey(),
    writer: 'whichever gateway or scheduler needs it first',
    meaning: 'what original requests are sealed with, where no file has it (OrderKeyRecord)',
  },
  node: {
    subject: subjects.node(engine),
    writer: 'the leading scheduler',
    meaning: 'the operator’s wishes for a node (NodeRecord)',
  },
  barrier: {
    subject: 'barrier.<process>',
    writer: 'that process',
    meaning: 'read barrier: the process waits until it sees its own entry',
  },
  event: {
    subject: subjects.event(engine),
    writer: 'the engine’s owner',
    meaning:
      'core NATS: one Docker event, the daemon’s bytes; `baleenLateMs` added when it happened before the stream was open or waited for its records, `baleenAhead` where it left before its records',
  },
  settled: {
    subject: subjects.settled(engine),
    writer: 'the engine’s owner',
    meaning: 'core NATS: numbers of events that left ahead of their records and have them in the log by now',
  },
  schedulerCommand: {
    subject: subjects.schedulerCommand('<verb>'),
    writer: 'gateways',
    meaning: `request/reply, served by the leader: ${Object.keys(schedulerCommands).join(', ')}`,
  },
  engineCommand: {
    subject: subjects.engineCommand(engine, '<verb>'),
    writer: 'gateways, schedulers',
    meaning: `request/reply, served by the engine’s owner: ${Object.keys(engineCommands).join(', ')}`,
  },
  gatewayCommand: {
    subject: 'cmd.gateway.<gateway>.<verb>',
    writer: 'gateways',
    meaning: `request/reply, served by that gateway: ${Object.keys(gatewayCommands).join(', ')}`,
  },
  tunnelOpen: {
    subject: subjects.tunnelOpen(engine),
    writer: 'gateways',
    meaning: 'request/reply, served by the agent that owns the engine: one more byte stream to its daemon (TunnelOpen)',
  },
  tunnelUp: {
    subject: subjects.tunnelUp(engine, '<tunnel>'),
    writer: 'the gateway that opened the tunnel',
    meaning: 'core NATS: binary frames towards the daemon (libs/tunnel)',
  },
  tunnelDown: {
    subject: subjects.tunnelDown(engine, '<tunnel>'),
    writer: 'the engine’s agent',
    meaning: 'core NATS: binary frames from the daemon',
  },
  door: {
    subject: subjects.door(engine, '<door>', '<verb>'),
    writer: 'the engine’s agent',
    meaning:
      'request/reply, served by monitors, each at a door of its own name, and `any`: the log as far as it is this engine’s (append, last, follow, unfollow, stream, standing); agents have no other way to it',
  },
};

/** `docs/subjects.md` without its note. */
export function subjectsDocument(): string {
  const lines = Object.entries(rows).map(([name, { subject, writer, meaning }]) => {
    const { publishes, subscribes } = subjectAccess[name as keyof typeof subjects];
    return `| \`${subject}\` | ${writer} | ${meaning} | ${partiesOf(publishes)} | ${partiesOf(subscribes)} |`;
  });
  const heads = ['subject', 'writer', 'what', 'parties that may publish', 'parties that may subscribe'];
  return `# Subjects\n\n${introduction}\n\n| ${heads.join(' | ')} |\n|${'---|'.repeat(heads.length)}\n${lines.join('\n')}\n`;
}

const introduction = [
  'All under `baleen.v1.<cluster>.`. State is in the stream `BALEEN_<cluster>`, the last message of each subject; `cmd.*`, `event.*`, `settled.*`, `decided`, `leads`, `tunnel.*` and `door.*` are core NATS.',
  'On a secured NATS the last two columns are what the server lets a party do (`libs/contracts/src/nats-access`, [ADR 37](adr/0037-nats-secured.md)); every service reads the whole log, an agent reads and writes its own engine’s part through the door. An agent’s patterns hold its own engine’s key.',
].join('\n');

function partiesOf(granted: Access['publishes']): string {
  const parties = Object.keys(granted);
  return parties.length === 0 ? '–' : parties.join(', ');
}
