import { z } from 'zod';
import { ofVolume } from '../events/container-happenings.ts';
import type { Call } from '../http/call.ts';
import { any, hasLabels, readListQuery } from '../http/list-query.ts';
import { json, noContent, type Reply } from '../http/reply.ts';
import type { Routes, Served } from '../http/route.ts';
import { DaemonRefusal } from '../model/daemon-refusal.ts';
import type { Volume } from '../model/volume-store.ts';
import { volumeDocument } from '../render/listed-objects.ts';
import { parsedBody } from './parsed-body.ts';

const Texts = z.record(z.string(), z.string()).nullish();
const NewVolume = z.looseObject({ Name: z.string().nullish(), Driver: z.string().nullish(), Labels: Texts, DriverOpts: Texts });
const known = new Set(['dangling', 'driver', 'label', 'name']);
const anonymousLabels = { 'com.docker.volume.anonymous': '' };

export const volumeRoutes: Routes = {
  'GET /volumes': { answer: list },
  'GET /volumes/{id}': { answer: ({ state }, { reference }) => json(volumeDocument(state.volumes.get(reference))) },
  'POST /volumes/create': { answer: create },
  'DELETE /volumes/{id}': { answer: remove },
};

function list({ state, bodies }: Served, { query }: Call): Reply {
  const filters = query.get('filters') ?? '';
  if (filters === '') {
    const render = () => ({ body: `${JSON.stringify(listing(state.volumes.all))}\n`, untilMs: Number.POSITIVE_INFINITY });
    return { status: 200, body: bodies.body('volumes', state.revision, state.clock.nowMs(), render) };
  }
  const wanted = readListQuery(filters, known);
  const shown = state.volumes.all.filter(
    ({ name, driver, labels }) =>
      any(wanted.get('name'), (part) => name.includes(part)) &&
      any(wanted.get('driver'), (value) => value === driver) &&
      hasLabels(labels, wanted.get('label')),
  );
  return json(listing(shown));
}

function listing(volumes: readonly Volume[]) {
  return { Volumes: volumes.map(volumeDocument), Warnings: null };
}

function create({ state }: Served, { body }: Call): Reply {
  const given = parsedBody(NewVolume, body);
  const name = given.Name || state.newId();
  if (state.volumes.has(name)) return json(volumeDocument(state.volumes.get(name)), 201);
  const driver = given.Driver || 'local';
  const volume = state.volumes.add({
    name,
    driver,
    createdAtMs: state.clock.nowMs(),
    labels: given.Labels ?? (given.Name ? null : anonymousLabels),
    options: given.DriverOpts ?? null,
  });
  state.tell(ofVolume(name, 'create', driver));
  return json(volumeDocument(volume), 201);
}

function remove({ state }: Served, { reference }: Call): Reply {
  const volume = state.volumes.get(reference);
  const user = [...state.containers.all].find(({ mounts }) => mounts.some(({ name }) => name === reference));
  if (user !== undefined) throw new DaemonRefusal(409, `remove ${reference}: volume is in use - [${user.id}]`);
  state.volumes.remove(reference);
  state.tell(ofVolume(reference, 'destroy', volume.driver));
  return noContent;
}
