import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineFolders } from '../../../../tools/bootstrap/engine-folders.mjs';
import type { BedNetwork } from './bed-network.ts';
import type { EngineSettings } from './engine.ts';
import type { OwnedProcess } from './owned-process.ts';

/** `<bed>/bed.json`: enough to remove a bed whose owner crashed. */
export type BedRecord = {
  readonly name: string;
  /** The process the bed lives and dies with; `undefined` = it stays until someone takes it down. */
  readonly owner?: OwnedProcess;
  readonly network: BedNetwork;
};

/** `<bed>/<host>/host.json` */
export type HostRecord = {
  readonly name: string;
  readonly number: number;
  /** `undefined` = a registry. */
  readonly engine?: EngineSettings;
};

/** A folder without its record is a bed in the making; older than this it is what a crash left. */
const makingMaxMs = 60_000;

function bedsFolder(): string {
  return join(engineFolders().cache, 'beds');
}

export function bedFolder(name: string): string {
  return join(bedsFolder(), name);
}

export function bedNames(): string[] {
  return existsSync(bedsFolder()) ? readdirSync(bedsFolder()) : [];
}

/** Claims the name; false when another bed has it. */
export function makeBedFolder(name: string): boolean {
  mkdirSync(bedsFolder(), { recursive: true });
  try {
    mkdirSync(bedFolder(name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

export function readBed(name: string): BedRecord | undefined {
  return readRecord<BedRecord>(join(bedFolder(name), 'bed.json'));
}

export function writeBed(record: BedRecord): void {
  writeRecord(join(bedFolder(record.name), 'bed.json'), record);
}

/** In order of their numbers. */
export function readHosts(bedName: string): HostRecord[] {
  const records = readdirSync(bedFolder(bedName)).map((name) => readRecord<HostRecord>(hostFile(bedName, name)));
  return records.filter((record) => record !== undefined).sort((one, other) => one.number - other.number);
}

export function writeHost(bedName: string, record: HostRecord): void {
  mkdirSync(join(bedFolder(bedName), record.name), { recursive: true });
  writeRecord(hostFile(bedName, record.name), record);
}

/** A crash left this folder before it recorded anything, so nothing but the folder exists. */
export function removeIfAbandoned(name: string, nowMs: number): void {
  const folder = bedFolder(name);
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats !== undefined && nowMs - stats.mtimeMs > makingMaxMs) rmSync(folder, { recursive: true, force: true });
}

function hostFile(bedName: string, hostName: string): string {
  return join(bedFolder(bedName), hostName, 'host.json');
}

function readRecord<T>(file: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  return JSON.parse(text) as T;
}

/** By a rename, so that nobody reads half of it. */
function writeRecord(file: string, record: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(record));
  renameSync(`${file}.new`, file);
}
