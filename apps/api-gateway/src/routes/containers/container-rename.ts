import { BaleenError } from '#contracts';
import { containerName } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { newOperation } from '../../commands/new-operation.ts';
import { ReservationKeeper } from '../../commands/reservation-keeper.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Route } from '../../http/router.ts';
import { isDone, respondAnswer } from '../engine-answer.ts';
import { mutateContainer } from './container-mutations.ts';

const renameMs = 60_000;

/** POST /containers/{id}/rename: the name is held by the scheduler before the engine hears of it, so it stays unique. */
export function containerRenameRoute(fleet: Fleet): Route {
  return {
    method: 'POST',
    path: '/containers/{id}/rename',
    semantics: 'container',
    access: needs('write'),
    note: '409 when any engine has the name',
    handle: async (exchange) => {
      const container = findContainer(await currentView(fleet), exchange.param('id'));
      const wanted = exchange.query.get('name') ?? '';
      if (wanted === '') throw new BaleenError('request/invalid', 'Neither old nor new names may be empty');
      const name = newName(wanted);
      const operation = newOperation(fleet.randomness);
      const { term } = await fleet.scheduler.ask('rename', { operation, container: container.facts.id, name });
      const keeper = new ReservationKeeper(fleet, operation);
      keeper.start();
      let isRefused = false;
      try {
        const path = `/containers/${container.facts.id}/rename?name=${encodeURIComponent(name)}`;
        const { answer } = await mutateContainer(fleet, exchange, container, { path, timeoutMs: renameMs, term });
        isRefused = !isDone(answer.status);
        respondAnswer(exchange, answer);
      } finally {
        // The container's record ends the hold itself: given back, the name could be granted again before the leader has read it.
        // After a broken connection nobody knows whether that record will come: only a refusal gives the name back.
        keeper.stop(isRefused ? 'the rename was refused' : undefined);
      }
    },
  };
}

/** In an engine's words of a bad one: it looks at a new name with its slash. */
function newName(wanted: string): string {
  try {
    return containerName(`/${wanted.replace(/^\//, '')}`);
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    throw new BaleenError('request/invalid', `Error when allocating new name: ${error.message}`, { cause: error });
  }
}
