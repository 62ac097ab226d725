import { z } from 'zod';
import { ContainerFacts, type FactsOf, type ObjectKind } from './object-records.ts';
import type { RowReader } from './row-reader.ts';
import type { RowWriter } from './row-writer.ts';

type FactRows = {
  readonly [K in ObjectKind]: {
    readonly write: (row: RowWriter, facts: FactsOf[K]) => void;
    readonly read: (row: RowReader) => FactsOf[K];
  };
};

const texts = z.array(z.string());
const { ports, mounts, networks, resources } = ContainerFacts.shape;

/** Facts of each kind as rows of a batch. */
export const factRows: FactRows = {
  container: { write: writeContainer, read: readContainer },
  image: {
    write(row, { id, repoTags, repoDigests, createdAtMs, sizeBytes, labels }) {
      row.own(id);
      row.json(repoTags);
      row.json(repoDigests);
      row.number(createdAtMs);
      row.number(sizeBytes);
      row.pairs(labels);
    },
    read: (row) => ({
      id: row.own(),
      repoTags: row.json(texts),
      repoDigests: row.json(texts),
      createdAtMs: row.number(),
      sizeBytes: row.number(),
      labels: row.pairs(),
    }),
  },
  network: {
    write(row, { id, name, driver, scope, labels, createdAtMs }) {
      row.own(id);
      row.own(name);
      row.text(driver);
      row.text(scope);
      row.pairs(labels);
      row.number(createdAtMs);
    },
    read: (row) => ({
      id: row.own(),
      name: row.own(),
      driver: row.text(),
      scope: row.text(),
      labels: row.pairs(),
      createdAtMs: row.number(),
    }),
  },
  volume: {
    write(row, { name, driver, scope, labels, createdAtMs }) {
      row.own(name);
      row.text(driver);
      row.text(scope);
      row.pairs(labels);
      row.number(createdAtMs);
    },
    read: (row) => ({
      name: row.own(),
      driver: row.text(),
      scope: row.text(),
      labels: row.pairs(),
      createdAtMs: row.number(),
    }),
  },
};

function writeContainer(row: RowWriter, facts: ContainerFacts): void {
  row.own(facts.id);
  row.number(facts.names.length);
  for (const name of facts.names) row.own(name);
  row.text(facts.image);
  row.text(facts.imageId);
  row.text(facts.state);
  row.number(facts.exitCode);
  row.text(facts.health);
  row.number(facts.createdAtMs);
  row.number(facts.startedAtMs);
  row.number(facts.finishedAtMs);
  row.pairs(facts.labels);
  row.json(facts.ports);
  row.json(facts.exposedPorts);
  row.text(facts.networkMode);
  row.json(facts.networks);
  row.json(facts.mounts);
  row.flag(facts.autoRemove);
  row.number(facts.restartCount);
  row.json(facts.resources);
  row.flag(facts.isUnread === true);
}

function readContainer(row: RowReader): ContainerFacts {
  const facts: ContainerFacts = {
    id: row.own(),
    names: row.owns(),
    image: row.text(),
    imageId: row.text(),
    state: row.text(),
    exitCode: row.number(),
    health: row.text(),
    createdAtMs: row.number(),
    startedAtMs: row.number(),
    finishedAtMs: row.number(),
    labels: row.pairs(),
    ports: row.json(ports),
    exposedPorts: row.json(texts),
    networkMode: row.text(),
    networks: row.json(networks),
    mounts: row.json(mounts),
    autoRemove: row.flag(),
    restartCount: row.number(),
    resources: row.json(resources),
  };
  return row.flag() ? { ...facts, isUnread: true } : facts;
}
