import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contractList } from './contract-list.ts';
import { samplesOf } from './samples.ts';
import { goldenFiles, isWriting, minorAtWork } from './versions.ts';

/**
 * Services of neighbouring minor versions run beside each other while a fleet is upgraded: each reads what the other writes. `forms/<minor>.json` has what
 * every contract was in that version.
 */
const Forms = z.record(z.string(), z.record(z.string(), z.unknown()));

const now = contractList();
/** As a writer may write it: what defaults fill in, it may leave out. */
const formsNow = Forms.parse(
  JSON.parse(
    JSON.stringify(Object.fromEntries([...now].map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'input' })]))),
  ),
);
const schemaOf = (contract: string) => now.get(contract) ?? z.never();

describe.each(goldenFiles('forms'))('contracts of $minor', ({ minor, url }) => {
  if (isWriting && minor === minorAtWork) writeFileSync(url, inLines(formsNow));
  const then = Forms.parse(JSON.parse(readFileSync(url, 'utf8')));
  const contracts = Object.keys(then);

  it('are all there still', () => {
    expect([...now.keys()]).toEqual(expect.arrayContaining(contracts));
  });

  it.each(contracts)('%s: what was written then is read now', (contract) => {
    for (const sample of samplesOf(then[contract])) expect(schemaOf(contract).parse(sample)).toBeDefined();
  });

  it.each(contracts)('%s: what is written now was read then', (contract) => {
    const read = z.fromJSONSchema(then[contract] ?? {});
    const samples = samplesOf(formsNow[contract]);
    expect(samples.length).toBeGreaterThan(0);
    for (const sample of samples) expect(read.parse(sample)).toBeDefined();
  });

  it.each(contracts)('%s: a member that only the next version knows is passed over', (contract) => {
    const [sample] = samplesOf(then[contract]);
    const isObject = typeof sample === 'object' && sample !== null;
    const later = isObject ? { ...sample, ofTheNextVersion: 1 } : sample;
    expect(schemaOf(contract).parse(later)).toBeDefined();
  });

  it.runIf(minor === minorAtWork)('are as they are now: BALEEN_GOLDEN=write tells them anew', () => {
    expect(then).toEqual(formsNow);
  });
});

/** A contract a line: a change of one shows as a line. */
function inLines(forms: z.infer<typeof Forms>): string {
  return `{\n${Object.entries(forms)
    .map(([name, form]) => `${JSON.stringify(name)}: ${JSON.stringify(form)}`)
    .join(',\n')}\n}\n`;
}
