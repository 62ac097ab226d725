import { SimulatedFleet } from '#testing';
import { quantiles } from '../load/samples.ts';
import type { Row } from '../report/row.ts';
import { exchange, roundTrips } from './raw-client.ts';
import { pidOf, type Started, spentMs, started } from './stream-comparison.ts';
import { execStart } from './stream-requests.ts';

const echoes = 2_000;
/** Whole execs on each side, each of a command that ends at once, and those before that warm it. */
const execs = 100;
const warmingExecs = 20;
/** An engine without delay answers in less than the machine wavers from second to second. */
const roundsWithoutDelay = 5;

export type Sessions = {
  readonly size: string;
  readonly container: string;
  /** Address of the engine. */
  readonly direct: string;
  readonly gateway: Started;
  /** How often all of it is done, directly and through the gateway in turns. */
  readonly rounds: number;
};

/** Execs of an engine that takes no time for them, as those were of which the issue has classic's figures. */
export async function* simulatedSessionRows(): AsyncGenerator<Row> {
  const engines = await SimulatedFleet.open({ engines: 1, containers: 1, seed: 7 });
  const [direct = ''] = engines.addresses;
  const [only] = (await (await fetch(`http://${direct}/containers/json`)).json()) as { Id: string }[];
  const gateway = await started('./relay-gateway.process.ts', direct);
  yield* sessionRows({ size: 'simulated engine', container: only?.Id ?? '', direct, gateway, rounds: roundsWithoutDelay });
  gateway.process.kill();
  await engines.close();
}

/** A byte there and back in a session that echoes, and an exec from its start to the end of its connection. */
export async function* sessionRows(sessions: Sessions): AsyncGenerator<Row> {
  yield await echoed(sessions);
  yield await wholeExecs(sessions);
}

async function echoed({ size, container, direct, gateway, rounds }: Sessions): Promise<Row> {
  const times = async (address: string) => roundTrips(address, await execStart(direct, container, ['cat']), echoes);
  const [limits, through]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    limits.push(...(await times(direct)));
    through.push(...(await times(gateway.address)));
  }
  return { case: 'exec echo', size, figures: quantiles(through), limit: quantiles(limits) };
}

async function wholeExecs({ size, container, direct, gateway, rounds }: Sessions): Promise<Row> {
  const time = async (address: string) => (await exchange(address, await execStart(direct, container, ['true']))).ms;
  for (let i = 0; i < warmingExecs * rounds; i++) await time(gateway.address);
  const [limits, through]: [number[], number[]] = [[], []];
  const before = spentMs([pidOf(gateway)]);
  for (let i = 0; i < execs * rounds; i++) {
    limits.push(await time(direct));
    through.push(await time(gateway.address));
  }
  const cpuMs = (spentMs([pidOf(gateway)]) - before) / (execs * rounds);
  return { case: 'exec whole', size, figures: { ...quantiles(through), cpuMs }, limit: quantiles(limits) };
}
