import { ofContainer } from '../events/container-happenings.ts';
import { type Call, flag } from '../http/call.ts';
import { json, noContent, notModified, type Reply } from '../http/reply.ts';
import type { Route, Routes, Served } from '../http/route.ts';
import type { Container } from '../model/container.ts';
import * as lifecycle from '../model/container-lifecycle.ts';
import { CreateBody, HostConfig } from '../model/create-body.ts';
import { createContainer } from '../model/create-container.ts';
import type { EngineState } from '../model/engine-state.ts';
import { containerInspect } from '../render/container-inspect.ts';
import { parsedBody } from './parsed-body.ts';

export const containerRoutes: Routes = {
  'POST /containers/create': { answer: create },
  'GET /containers/{id}/json': onContainer((_, container) => json(containerInspect(container))),
  'POST /containers/{id}/start': onContainer((state, container) => changed(lifecycle.startContainer(state, container))),
  'POST /containers/{id}/stop': onContainer((state, container) => changed(lifecycle.stopContainer(state, container))),
  'POST /containers/{id}/restart': quietly(lifecycle.restartContainer),
  'POST /containers/{id}/kill': quietly((state, container, { query }) =>
    lifecycle.killContainer(state, container, signalNumber(query.get('signal'))),
  ),
  'POST /containers/{id}/pause': quietly(lifecycle.pauseContainer),
  'POST /containers/{id}/unpause': quietly(lifecycle.unpauseContainer),
  'POST /containers/{id}/rename': quietly((state, container, { query }) =>
    lifecycle.renameContainer(state, container, query.get('name') ?? ''),
  ),
  'POST /containers/{id}/update': onContainer(update),
  'POST /containers/{id}/resize': onContainer(resize),
  'DELETE /containers/{id}': quietly((state, container, { query }) =>
    lifecycle.removeContainer(state, container, { isForced: flag(query, 'force'), withVolumes: flag(query, 'v') }),
  ),
};

function create({ state }: Served, { query, body }: Call): Reply {
  const container = createContainer(state, query.get('name') ?? '', parsedBody(CreateBody, body));
  return json({ Id: container.id, Warnings: [] }, 201);
}

function update(state: EngineState, container: Container, { body }: Call): Reply {
  const { RestartPolicy, ...given } = parsedBody(HostConfig, body);
  const policy = RestartPolicy as { readonly Name?: string } | undefined;
  container.hostConfig = { ...container.hostConfig, ...given, ...((policy?.Name ?? '') === '' ? {} : { RestartPolicy }) };
  state.tell(ofContainer(container, 'update'));
  return json({ Warnings: null });
}

function resize(state: EngineState, container: Container, { query }: Call): Reply {
  const [height, width] = [query.get('h') ?? '', query.get('w') ?? ''];
  state.tell(ofContainer(container, 'resize', { height, width }));
  return { status: 200, body: '', type: '' };
}

function onContainer(answer: (state: EngineState, container: Container, call: Call) => Reply): Route {
  return { answer: ({ state }, call) => answer(state, state.containers.get(call.reference), call) };
}

function changed(hasChanged: boolean): Reply {
  return hasChanged ? noContent : notModified;
}

/** Answered with nothing but that it is done. */
function quietly(act: (state: EngineState, container: Container, call: Call) => void): Route {
  return onContainer((state, container, call) => {
    act(state, container, call);
    return noContent;
  });
}

const signals: Readonly<Record<string, string>> = {
  HUP: '1',
  INT: '2',
  QUIT: '3',
  ABRT: '6',
  KILL: '9',
  USR1: '10',
  USR2: '12',
  TERM: '15',
};

/** By name with or without SIG, or by number; SIGKILL by default. */
function signalNumber(given: string | null): string {
  const name = (given ?? '').toUpperCase().replace(/^SIG/, '');
  return name === '' ? '9' : (signals[name] ?? name);
}
