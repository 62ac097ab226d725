import 'reflect-metadata';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { afterEach, expect, it } from 'vitest';
import { BusContext, ClusterBusServer, KeepErrorCode, MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { BaleenError } from '#contracts';
import { ManualClock } from '#testing';

@Controller()
class PlaceController {
  @MessagePattern('cmd.scheduler.place')
  place(@Payload() payload: { operation: string }, @Ctx() context: BusContext) {
    if (payload.operation === 'taken') throw new BaleenError('placement/name-taken', 'taken');
    return { operation: payload.operation, deadlineMs: context.deadlineMs };
  }
}

@Module({ controllers: [PlaceController] })
class SchedulerModule {}

let app: INestMicroservice | undefined;
afterEach(async () => {
  await app?.close();
});

it('serves @MessagePattern handlers only while it is open, and failures keep their code', async () => {
  const bus = openMemoryBus(new MemoryBusModel({ clock: new ManualClock() }));
  const server = new ClusterBusServer(bus);
  app = await NestFactory.createMicroservice(SchedulerModule, { strategy: server, logger: false });
  app.useGlobalFilters(new KeepErrorCode());
  await app.listen();
  const place = (operation: string) => bus.request('cmd.scheduler.place', { operation }, { timeoutMs: 1_000 });

  await expect(place('o1')).rejects.toMatchObject({ code: 'leadership/not-leader' });
  await server.open();
  expect(await place('o1')).toEqual({ operation: 'o1', deadlineMs: 1_000 });
  await expect(place('taken')).rejects.toMatchObject({ code: 'placement/name-taken' });
  await server.shut();
  await expect(place('o2')).rejects.toMatchObject({ code: 'leadership/not-leader' });
  await server.open();
  expect(await place('o3')).toMatchObject({ operation: 'o3' });
});
