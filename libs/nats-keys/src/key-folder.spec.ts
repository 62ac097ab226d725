import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { orderKeyFileName, type ServiceParty, serviceParties } from '#contracts';
import { KeyFolder } from './key-folder.ts';

const path = mkdtempSync(join(tmpdir(), 'baleen-keys-'));

afterAll(() => rmSync(path, { recursive: true }));

it('the key of orders stands beside the credentials of gateways and schedulers alone, and is the same when the folder is opened again', async () => {
  const folder = await KeyFolder.openOrMake(path, 'c');
  const fileOf = (party: ServiceParty) => join(dirname(folder.credentials(party)), orderKeyFileName);
  const keyOf = (party: ServiceParty) => {
    try {
      return readFileSync(fileOf(party), 'utf8');
    } catch {
      return undefined;
    }
  };
  const made = keyOf('scheduler');
  expect(made).toMatch(/^[0-9a-f]{64}\n$/);
  expect(serviceParties.filter((party) => keyOf(party) !== undefined)).toEqual(['scheduler', 'api-gateway']);
  rmSync(fileOf('api-gateway'));
  await KeyFolder.openOrMake(path, 'c');
  expect(keyOf('api-gateway')).toBe(made);
});
