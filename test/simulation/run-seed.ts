import { subjects } from '#contracts';
import { SeededRandom } from '#testing';
import { Chaos } from './fleet/chaos.ts';
import { Clients, type Tally } from './fleet/clients.ts';
import { type Size, World } from './fleet/world.ts';

export type SeedOutcome = {
  readonly seed: number;
  /** Empty = everything held. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly tally: Tally;
  /** Time that passed in the world. */
  readonly elapsedMs: number;
};

/** A request outlives every fault by no more: a removal whose answer is lost waits 310 s. */
const requestsEndMs = 330_000;
/** A reservation nobody renews lives 60 s; its deletion may be lost. */
const reservationsEndMs = 65_000;
/** By then leaders lead, owners own, and engines that were away have been tried again. */
const recoveryMs = 12_000;
/** Leaders, owners and connections are settled, and a create is answered. */
const newCreateMs = 20_000;

/** One world from its beginning to its end. The same seed does exactly the same. */
export async function runSeed(seed: number): Promise<SeedOutcome> {
  const random = new SeededRandom(seed * 4);
  const world = new World(seed, sizeOf(random));
  const clients = new Clients(world, new SeededRandom(seed * 4 + 3));
  const chaos = new Chaos(world, random);
  const { clock, checker } = world;
  const open = openReservations(world);
  for (const seat of world.seats) world.start(seat);
  world.discover();
  const chaosMs = random.between(8_000, 25_000);
  const working = Array.from({ length: random.between(2, 5) }, () => clients.work(chaosMs));
  let isWorkDone = false;
  void Promise.all(working).then(() => {
    isWorkDone = true;
  });
  void chaos.rage(chaosMs);
  await clock.run(chaosMs);
  chaos.end();
  if (!(await clock.run(requestsEndMs, () => isWorkDone)))
    checker.violated(`${clients.busy} requests have no answer ${requestsEndMs} ms after the faults stopped`);
  if (!(await clock.run(reservationsEndMs, () => open.size === 0)))
    checker.violated(`reservations stay: ${[...open].join(', ')}`);
  clients.checkAcknowledged();
  await clock.run(recoveryMs);
  await newCreateWorks(world, clients);
  checkRecords(world);
  return { seed, violations: checker.violations, trace: world.trace, tally: clients.tally, elapsedMs: clock.monotonicMs() };
}

function sizeOf(random: SeededRandom): Size {
  return {
    scheduler: random.between(1, 3),
    monitor: random.between(1, 3),
    gateway: random.between(1, 2),
    engines: random.between(1, 3),
  };
}

/** Reservations in the log, kept up with it. */
function openReservations({ network }: World): ReadonlySet<string> {
  const open = new Set<string>();
  network.log.follow(['reservation.*'], {
    onEntry: ({ subject, payload }) => {
      if (payload === undefined) open.delete(subject);
      else open.add(subject);
    },
    onReset: () => open.clear(),
  });
  return open;
}

async function newCreateWorks(world: World, clients: Clients): Promise<void> {
  let status: number | undefined;
  void clients.create({ name: 'afterwards' }).then((answer) => {
    status = answer.status;
  });
  await world.clock.run(newCreateMs, () => status !== undefined);
  if (status === 201) return;
  for (const { subject, payload } of world.network.logModel.since(['lease.>', 'engine.*.info', 'member.*'], 0))
    world.note(`log: ${subject} ${payload === undefined ? 'deleted' : Buffer.from(payload).toString().slice(0, 200)}`);
  world.checker.violated(`a new create got ${status ?? 'no answer'} after everything was mended`);
}

/** The log says of every engine exactly what is on it. */
function checkRecords({ network, engines, checker }: World): void {
  for (const engine of engines) {
    const entries = network.newestOf(subjects.container(engine.key, '*')).filter(({ payload }) => payload !== undefined);
    const recorded = entries.map(({ subject }) => subject.split('.').at(-1) ?? '');
    const extra = recorded.filter((id) => !engine.containers.has(id));
    const missing = [...engine.containers.keys()].filter((id) => !recorded.includes(id));
    if (extra.length + missing.length > 0)
      checker.violated(`records of ${engine.identity.name}: too many [${extra.map(short)}], missing [${missing.map(short)}]`);
  }
}

function short(id: string): string {
  return id.slice(0, 6);
}
