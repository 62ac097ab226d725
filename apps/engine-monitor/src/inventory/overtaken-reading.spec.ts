import { beforeEach, describe, expect, it } from 'vitest';
import { InventoryStage } from './inventory.builders.ts';
import type { Inventory } from './inventory.ts';

let stage: InventoryStage;
let clock: InventoryStage['clock'];
let daemon: InventoryStage['daemon'];
let inventory: Inventory;

beforeEach(() => {
  stage = new InventoryStage();
  ({ clock, daemon } = stage);
  inventory = stage.inventory();
});

describe('a reading that ends behind a newer one', () => {
  const overtaken = async (stalled: 'inspectContainer' | 'listContainers', newer: () => Promise<unknown>) => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const read = daemon[stalled].bind(daemon) as (...args: unknown[]) => Promise<never>;
    daemon[stalled] = async (...args: unknown[]) => {
      daemon[stalled] = read;
      await gate;
      return read(...args);
    };
    const older = inventory.resync();
    await clock.advanceSettling(0);
    await newer();
    open();
    await older;
  };

  it.each([false, true])(
    'shows nothing of an engine that was withdrawn, and hides nothing once it is shown again (in the log before: %s)',
    async (isKnown) => {
      daemon.run('web', clock.nowMs(), 'Up 1 second');
      if (isKnown) {
        await inventory.resync();
        Object.assign(daemon.rows.get('web') ?? {}, { Names: ['/renamed'] });
      }
      await overtaken('inspectContainer', () => inventory.withdraw());
      expect(stage.factsOf('web')).toBeUndefined();
      await inventory.readAll();
      expect(stage.factsOf('web')).toMatchObject({ state: 'running' });
    },
  );

  it('brings nothing that the newer one has not found; the next one does', async () => {
    await overtaken('listContainers', async () => {
      await inventory.readAll();
      daemon.run('web', clock.nowMs(), 'Up 1 second');
    });
    expect(stage.factsOf('web')).toBeUndefined();
    await inventory.resync();
    expect(stage.factsOf('web')).toMatchObject({ state: 'running' });
  });
});
