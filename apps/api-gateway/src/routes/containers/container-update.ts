import { z } from 'zod';
import { BaleenError } from '#contracts';
import { inAnyCase } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { newOperation } from '../../commands/new-operation.ts';
import { ReservationKeeper } from '../../commands/reservation-keeper.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Route } from '../../http/router.ts';
import { isDone, respondAnswer } from '../engine-answer.ts';
import { mutateContainer } from './container-mutations.ts';

const updateMs = 60_000;

/** The figures of an update that placement counts; the rest is the engine's alone. 0 means "leave it". */
const CountedFigures = inAnyCase(
  z.looseObject({
    Memory: z.number().nullish(),
    MemoryReservation: z.number().nullish(),
    NanoCpus: z.number().nullish(),
    CpuShares: z.number().nullish(),
    CpusetCpus: z.string().nullish(),
  }),
);

/** POST /containers/{id}/update: the scheduler must have room for the new figures before the engine gets them. */
export function containerUpdateRoute(fleet: Fleet): Route {
  return {
    method: 'POST',
    path: '/containers/{id}/update',
    semantics: 'container',
    access: needs('write', { judge: 'container-update' }),
    note: 'the scheduler must have room for the new figures',
    handle: async (exchange) => {
      const container = findContainer(await currentView(fleet), exchange.param('id'));
      const parsed = CountedFigures.safeParse((await exchange.readJson(fleet.config.bodyLimitBytes)) ?? {});
      if (!parsed.success) throw new BaleenError('request/invalid', `invalid update: ${parsed.error.issues[0]?.message}`);
      const operation = newOperation(fleet.randomness);
      const { data: body } = parsed;
      const { term, cpuShares } = await fleet.scheduler.ask('resize', {
        operation,
        container: container.facts.id,
        ...resizeOf(body),
      });
      const keeper = new ReservationKeeper(fleet, operation);
      keeper.start();
      let isUpdated = false;
      try {
        const { answer } = await mutateContainer(fleet, exchange, container, {
          path: `/containers/${container.facts.id}/update`,
          body: JSON.stringify(cpuShares === undefined ? body : { ...body, CpuShares: cpuShares }),
          timeoutMs: updateMs,
          term,
        });
        isUpdated = isDone(answer.status);
        respondAnswer(exchange, answer);
      } finally {
        // The container's record ends the hold itself: given back, the room could be granted again before the leader has read it.
        keeper.stop(isUpdated ? undefined : 'the update failed');
      }
    },
  };
}

type Figures = z.infer<typeof CountedFigures>;

function resizeOf({ Memory, MemoryReservation, NanoCpus, CpuShares, CpusetCpus }: Figures) {
  return {
    ...(Memory && Memory > 0 && { memoryBytes: Memory }),
    ...(MemoryReservation && MemoryReservation > 0 && { memoryReservationBytes: MemoryReservation }),
    ...(NanoCpus && NanoCpus > 0 && { nanoCpus: NanoCpus }),
    ...(CpuShares && CpuShares > 0 && { cpuShares: CpuShares }),
    ...(CpusetCpus && { cpusetCpus: CpusetCpus }),
  };
}
