import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { orderKeyFileName, type ServiceRole, serviceRoles } from '#contracts';
import { KeyFolder } from './key-folder.ts';

const path = mkdtempSync(join(tmpdir(), 'baleen-keys-'));

afterAll(() => rmSync(path, { recursive: true }));

it('the key of orders stands beside the credentials of gateways and schedulers alone, and is the same when the folder is opened again', async () => {
  const folder = await KeyFolder.openOrMake(path, 'c');
  const fileOf = (role: ServiceRole) => join(dirname(folder.credentials(role)), orderKeyFileName);
  const keyOf = (role: ServiceRole) => {
    try {
      return readFileSync(fileOf(role), 'utf8');
    } catch {
      return undefined;
    }
  };
  const made = keyOf('scheduler');
  expect(made).toMatch(/^[0-9a-f]{64}\n$/);
  expect(serviceRoles.filter((role) => keyOf(role) !== undefined)).toEqual(['scheduler', 'api-gateway']);
  rmSync(fileOf('api-gateway'));
  await KeyFolder.openOrMake(path, 'c');
  expect(keyOf('api-gateway')).toBe(made);
});
