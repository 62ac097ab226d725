import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeObject, subjects } from '#contracts';
import { containerStatus } from '#docker-api';
import { containerFacts, engineIdentity, engineRecord } from '#testing';
import { FleetView } from '../../fleet-view/fleet-view.ts';
import { type ContainerListQuery, selectContainers } from './container-list.ts';
import { ContainerRows } from './container-rows.ts';
import { listRows } from './list-rows.ts';

type Known = { readonly name: string; readonly state: string; readonly startedAtMs: number; readonly createdAtMs: number };

/** A fleet, and beside it what it should show, kept without any art. */
class ModelFleet {
  readonly view = new FleetView(
    (subject, error) => {
      throw new Error(subject, { cause: error });
    },
    () => 0,
  );
  readonly #rows = new ContainerRows({ names: 'node', publish: 'engine' });
  readonly #known = new Map<string, Known>();
  readonly #health = new Map<number, boolean>();
  #sequence = 0;
  nowMs = 100_000_000;

  engine(engine: number, isHealthy: boolean): void {
    const key = `k${engine}`;
    const state = isHealthy ? 'healthy' : 'unhealthy';
    this.#write(subjects.member(key), Buffer.from(JSON.stringify({ key, address: `h${engine}:1`, source: 'nodes' })));
    const record = engineRecord(key, { state, identity: engineIdentity(`node-${engine}`) });
    this.#write(subjects.engineInfo(key), Buffer.from(JSON.stringify(record)));
    this.#health.set(engine, isHealthy);
  }

  leave(engine: number): void {
    this.#write(subjects.member(`k${engine}`), undefined);
    this.#health.delete(engine);
  }

  container(engine: number, number: number, state: string, sinceMs: number): void {
    const id = idOf(engine, number);
    const [name, startedAtMs, createdAtMs] = [`web-${number}`, this.nowMs - sinceMs, 1_000 * (number % 7)];
    const labels = { project: `p${number % 3}`, service: name };
    const facts = containerFacts(id, { names: [name], state, startedAtMs, finishedAtMs: startedAtMs, createdAtMs, labels });
    const summary = Buffer.from(
      JSON.stringify({ Id: id, Names: ['/x'], Ports: [], State: state, Status: 'old', Labels: labels }),
    );
    this.#write(subjects.container(`k${engine}`, id), encodeObject({ epoch: 1, facts, summary }));
    this.#known.set(`${engine} ${id}`, { name, state, startedAtMs, createdAtMs });
  }

  remove(engine: number, number: number): void {
    this.#write(subjects.container(`k${engine}`, idOf(engine, number)), undefined);
    this.#known.delete(`${engine} ${idOf(engine, number)}`);
  }

  listed(query: Partial<ContainerListQuery> = {}): string[] {
    const filters = query.filters ?? new Map<string, string[]>();
    const selection = selectContainers(this.view, { all: true, limit: 0, before: '', since: '', ...query, filters });
    const pieces = [...listRows(this.view, this.#rows, selection, this.nowMs)].map((row) =>
      Buffer.isBuffer(row) ? row.toString() : Buffer.concat(row).toString(),
    );
    const rows = JSON.parse(`[${pieces.join(',')}]`) as { Id: string; Names: string[]; State: string; Status: string }[];
    return rows.map(({ Id, Names, State, Status }) => `${Id} ${Names.join()} ${State} ${Status}`);
  }

  expected(isShown: (known: Known, engine: number) => boolean = () => true): string[] {
    const shown = [...this.#known].flatMap(([key, known]) => {
      const [engine = '', id = ''] = key.split(' ');
      const isHealthy = this.#health.get(Number(engine));
      if (isHealthy === undefined || !isShown(known, Number(engine))) return [];
      const facts = { ...known, exitCode: 0, health: 'none', finishedAtMs: known.startedAtMs };
      const status = isHealthy ? containerStatus(facts, this.nowMs) : 'Host Down';
      return [{ id, known, text: `${id} /node-${engine}/${known.name} ${known.state} ${status}` }];
    });
    shown.sort((left, right) => right.known.createdAtMs - left.known.createdAtMs || (left.id < right.id ? -1 : 1));
    return shown.map(({ text }) => text);
  }

  isHealthy(engine: number): boolean {
    return this.#health.get(engine) === true;
  }

  #write(subject: string, payload: Buffer | undefined): void {
    this.#sequence += 1;
    this.view.apply({ subject, sequence: this.#sequence, payload });
  }
}

function idOf(engine: number, number: number): string {
  return (engine * 1_000 + number).toString(16).padStart(4, '0').padEnd(64, 'f');
}

const engine = fc.integer({ min: 0, max: 3 });
const number = fc.integer({ min: 0, max: 200 });
const step = fc.oneof(
  fc.tuple(fc.constant('engine' as const), engine, fc.boolean()),
  fc.tuple(fc.constant('leave' as const), engine),
  fc.tuple(
    fc.constant('container' as const),
    engine,
    number,
    fc.constantFrom('running', 'exited'),
    fc.integer({ min: 0, max: 99_999 }),
  ),
  fc.tuple(fc.constant('remove' as const), engine, number),
  fc.tuple(fc.constant('wait' as const), fc.integer({ min: 1, max: 90_000 })),
  fc.tuple(fc.constant('fill' as const), engine),
  fc.tuple(fc.constant('list' as const)),
);

function take(fleet: ModelFleet, [what, ...rest]: readonly [string, ...unknown[]]): void {
  const [first, second, third, fourth] = rest as [number, number, string, number];
  if (what === 'engine') fleet.engine(first, rest[1] as boolean);
  else if (what === 'leave') fleet.leave(first);
  else if (what === 'container') fleet.container(first, second, third, fourth);
  else if (what === 'remove') fleet.remove(first, second);
  else if (what === 'wait') fleet.nowMs += first;
  else if (what === 'fill') for (let each = 0; each < 150; each++) fleet.container(first, each, 'running', each * 700);
  else fleet.listed();
}

it('lists what there is whatever happened before, with the status of now', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const fleet = new ModelFleet();
      for (const one of [0, 1, 2]) fleet.engine(one, true);
      for (const one of steps) take(fleet, one);
      expect(fleet.listed()).toEqual(fleet.expected());
      const running = fleet.expected(({ state }, of) => state === 'running' && fleet.isHealthy(of));
      expect(fleet.listed({ all: false })).toEqual(running);
      expect(fleet.listed({ limit: 7 })).toEqual(fleet.expected().slice(0, 7));
    }),
    { numRuns: 15 },
  );
});

it('finds by indexes what a look at everything finds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), number, (steps, wanted) => {
      const fleet = new ModelFleet();
      for (const one of [0, 1, 2]) fleet.engine(one, true);
      const name = `web-${wanted}`;
      const query = (filters: Record<string, string[]>) => fleet.listed({ filters: new Map(Object.entries(filters)) });
      const named = (fits: (name: string) => boolean) => fleet.expected((known) => fits(known.name));
      for (const one of [['fill', 1] as const, ...steps]) {
        take(fleet, one);
        expect(query({ name: [name] })).toEqual(named((own) => own.includes(name)));
      }
      expect(query({ name: [`^/?${name}$`] })).toEqual(named((own) => own === name));
      expect(query({ name: [`web.${wanted}`, 'b-17$'] })).toEqual(named((own) => own.includes(name) || own.endsWith('b-17')));
      expect(query({ name: ['^(web|x)-1$'] })).toEqual(named((own) => own === 'web-1'));
      expect(query({ label: ['project=p1'] })).toEqual(named((own) => Number(own.slice(4)) % 3 === 1));
      expect(query({ label: ['project', `service=${name}`] })).toEqual(named((own) => own === name));
      expect(query({ label: ['nothing'] })).toEqual([]);
      expect(query({ id: [idOf(1, wanted).slice(0, 5)] })).toEqual(
        fleet.expected((known, of) => of === 1 && known.name === name),
      );
      expect(query({ node: ['node-1'], status: ['running'] })).toEqual(
        fleet.expected(({ state }, of) => of === 1 && state === 'running'),
      );
    }),
    { numRuns: 8 },
  );
});
