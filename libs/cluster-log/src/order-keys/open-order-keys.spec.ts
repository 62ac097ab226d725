import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { subjects } from '#contracts';
import { systemClock, systemRandomness } from '#service-shell';
import { openMemoryLog } from '../memory/memory-log.ts';
import { MemoryLogModel } from '../memory/memory-log-model.ts';
import { openOrderKeys } from './open-order-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'baleen-order-keys-'));
const key = 'ab'.repeat(32);

afterAll(() => rmSync(folder, { recursive: true }));

function processes(model: MemoryLogModel, count: number) {
  const config = { orderKeyFile: '', natsCredsFile: '' };
  return Array.from({ length: count }, (_, i) => openOrderKeys(config, openMemoryLog(model, `process-${i}`), systemRandomness));
}

describe('the keys of orders', () => {
  it('are one for all who need them at once', async () => {
    const rings = await Promise.all(processes(new MemoryLogModel({ clock: systemClock }), 4).map((keys) => keys.ring()));
    expect(new Set(rings.map(([first]) => first.toString('hex'))).size).toBe(1);
  });

  it('come back into a log that was lost, and whoever had another believes both', async () => {
    const model = new MemoryLogModel({ clock: systemClock });
    const [first, second, newcomer] = processes(model, 3);
    const before = (await first?.ring())?.[0];
    await second?.ring();
    model.loseEverything();
    expect((await second?.ring())?.[0]).toEqual(before);
    model.loseEverything();
    const made = (await newcomer?.ring())?.[0];
    expect(made).not.toEqual(before);
    expect(await first?.ring()).toEqual([made, before]);
  });

  it('are those of the file named, else of the one beside the credentials, and of no log then', async () => {
    const log = openMemoryLog(new MemoryLogModel({ clock: systemClock }), 'process');
    const named = join(folder, 'named');
    writeFileSync(named, `${'cd'.repeat(32)}\n${key}\n`);
    writeFileSync(join(folder, 'orders.key'), `${key}\n`);
    const open = (orderKeyFile: string) =>
      openOrderKeys({ orderKeyFile, natsCredsFile: join(folder, 'nats.creds') }, log, systemRandomness).ring();
    expect((await open('')).map((each) => each.toString('hex'))).toEqual([key]);
    expect((await open(named)).map((each) => each.toString('hex'))).toEqual(['cd'.repeat(32), key]);
    expect(await log.get(subjects.orderKey())).toBeUndefined();
  });

  it.each(['', 'secret', `${key}0`])('are refused in a file that says %j', (text) => {
    const file = join(folder, 'broken');
    writeFileSync(file, text);
    const open = () => openOrderKeys({ orderKeyFile: file, natsCredsFile: '' }, {} as never, systemRandomness);
    expect(open).toThrow(expect.objectContaining({ code: 'config/invalid', message: expect.stringContaining(file) }));
  });
});
