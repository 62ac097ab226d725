import { Controller, Inject } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { parseSchedulerRequest } from '#cluster-bus';
import { type SchedulerVerb, schedulerCommands, subjects } from '#contracts';
import type { SchedulerDesk } from './scheduler-desk.ts';

export const deskToken = Symbol('SchedulerDesk');

/** `cmd.scheduler.<verb>` → the leader's handlers. Requests are checked against the contract here, at the edge. */
export class SchedulerController {
  readonly #desk: SchedulerDesk;

  constructor(desk: SchedulerDesk) {
    this.#desk = desk;
  }

  place(payload: unknown) {
    return this.#desk.handlers.place(parseSchedulerRequest('place', payload));
  }

  renew(payload: unknown) {
    return this.#desk.handlers.renew(parseSchedulerRequest('renew', payload));
  }

  release(payload: unknown) {
    return this.#desk.handlers.release(parseSchedulerRequest('release', payload));
  }

  rename(payload: unknown) {
    return this.#desk.handlers.rename(parseSchedulerRequest('rename', payload));
  }

  move(payload: unknown) {
    return this.#desk.handlers.move(parseSchedulerRequest('move', payload));
  }

  resize(payload: unknown) {
    return this.#desk.handlers.resize(parseSchedulerRequest('resize', payload));
  }

  explain(payload: unknown) {
    return this.#desk.handlers.explain(parseSchedulerRequest('explain', payload));
  }

  'update-node'(payload: unknown) {
    return this.#desk.handlers['update-node'](parseSchedulerRequest('update-node', payload));
  }
}

// Decorators are called, not written: Node runs this file as it is and knows no decorator syntax.
Controller()(SchedulerController);
Inject(deskToken)(SchedulerController, undefined, 0);
for (const verb of Object.keys(schedulerCommands) as SchedulerVerb[]) {
  const descriptor = Object.getOwnPropertyDescriptor(SchedulerController.prototype, verb);
  if (descriptor === undefined) throw new Error(`no handler for ${verb}`);
  MessagePattern(subjects.schedulerCommand(verb))(SchedulerController.prototype, verb, descriptor);
}
