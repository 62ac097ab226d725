import { expect, it } from 'vitest';
import { MemoryLogModel, openMemoryLog } from '#cluster-log';
import { subjects } from '#contracts';
import { silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { IdentityWatch } from './identity-watch.ts';

it('names nobody as the holder of an identity whose lease cannot be read, and goes on following', async () => {
  const clock = new ManualClock();
  const log = openMemoryLog(new MemoryLogModel({ clock }), 'spec');
  const said: string[] = [];
  const logger = silentLogger();
  logger.error = (_: unknown, text?: unknown) => void said.push(String(text));
  const watch = new IdentityWatch({
    log,
    clock,
    logger,
    identity: { id: 'a1', file: '/state/agent-id', isIssued: false },
    engine: 'e1',
    instance: 'me',
    leaseTtlMs: 1_000,
    isHeld: () => false,
    onRecordGone: () => undefined,
  });
  const hold = (text: string) => log.append(subjects.lease('engine.e1'), new TextEncoder().encode(text));
  await hold('rubbish');
  await hold('{"holder":7}');
  await clock.advanceSettling(2_000);
  expect(said).toEqual([]);
  await hold('{"holder":"other"}');
  await clock.advanceSettling(60_000);
  expect(said).toEqual([expect.stringContaining('another agent (other, on an unknown host)')]);
  watch.stop();
});
