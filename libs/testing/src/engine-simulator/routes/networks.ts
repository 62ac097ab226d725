import { z } from 'zod';
import { ofNetwork } from '../events/container-happenings.ts';
import type { Call } from '../http/call.ts';
import { any, hasLabels, readListQuery } from '../http/list-query.ts';
import { emptyOk, json, noContent, type Reply } from '../http/reply.ts';
import type { Routes, Served } from '../http/route.ts';
import { DaemonRefusal } from '../model/daemon-refusal.ts';
import { predefinedNetworks } from '../model/network.ts';
import { connect, disconnect, removeNetwork } from '../model/network-membership.ts';
import { networkDocument } from '../render/listed-objects.ts';
import { parsedBody } from './parsed-body.ts';

const Labels = z.record(z.string(), z.string()).nullish();
const NewNetwork = z.looseObject({
  Name: z.string(),
  Driver: z.string().nullish(),
  Labels,
  Options: Labels,
  Internal: z.boolean().nullish(),
  Attachable: z.boolean().nullish(),
});
const Membership = z.looseObject({
  Container: z.string(),
  EndpointConfig: z.looseObject({ Aliases: z.array(z.string()).nullish() }).nullish(),
});
const known = new Set(['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);

export const networkRoutes: Routes = {
  'GET /networks': { answer: list },
  'GET /networks/{id}': { answer: inspect },
  'POST /networks/create': { answer: create },
  'POST /networks/{id}/connect': { answer: join },
  'POST /networks/{id}/disconnect': { answer: leave },
  'DELETE /networks/{id}': { answer: remove },
};

function list({ state, bodies }: Served, { query }: Call): Reply {
  const filters = query.get('filters') ?? '';
  if (filters === '') {
    const render = () => ({
      body: `${JSON.stringify(state.networks.all.map((network) => networkDocument(network)))}\n`,
      untilMs: Number.POSITIVE_INFINITY,
    });
    return { status: 200, body: bodies.body('networks', state.revision, state.clock.nowMs(), render) };
  }
  const wanted = readListQuery(filters, known);
  const has = (name: string, matches: (value: string) => boolean) => any(wanted.get(name), matches);
  const shown = state.networks.all.filter(
    (network) =>
      has('name', (name) => network.name.includes(name)) &&
      has('id', (id) => network.id.startsWith(id)) &&
      has('driver', (driver) => network.driver === driver) &&
      has('scope', (scope) => scope === 'local') &&
      has('type', (type) => (type === 'builtin') === predefinedNetworks.has(network.name)) &&
      hasLabels(network.labels, wanted.get('label')),
  );
  return json(shown.map((network) => networkDocument(network)));
}

function inspect({ state }: Served, { reference }: Call): Reply {
  return json(networkDocument(state.networks.get(reference), state.containers.all));
}

function create({ state }: Served, { body }: Call): Reply {
  const given = parsedBody(NewNetwork, body);
  if (predefinedNetworks.has(given.Name)) {
    throw new DaemonRefusal(403, `operation is not permitted on predefined ${given.Name} network`);
  }
  if (state.networks.find(given.Name)?.name === given.Name)
    throw new DaemonRefusal(409, `network with name ${given.Name} already exists`);
  const network = state.networks.add({
    id: state.newId(),
    name: given.Name,
    createdAtMs: state.clock.nowMs(),
    driver: given.Driver || 'bridge',
    labels: given.Labels ?? {},
    options: given.Options ?? {},
    isInternal: given.Internal ?? false,
    isAttachable: given.Attachable ?? false,
  });
  state.tell(ofNetwork(network, 'create'));
  return json({ Id: network.id, Warning: '' }, 201);
}

function join({ state }: Served, { reference, body }: Call): Reply {
  const { Container, EndpointConfig } = parsedBody(Membership, body);
  connect(state, state.networks.get(reference), state.containers.get(Container), EndpointConfig?.Aliases ?? null);
  return emptyOk;
}

function leave({ state }: Served, { reference, body }: Call): Reply {
  const { Container } = parsedBody(Membership, body);
  disconnect(state, state.networks.get(reference), state.containers.get(Container));
  return emptyOk;
}

function remove({ state }: Served, { reference }: Call): Reply {
  removeNetwork(state, state.networks.get(reference));
  return noContent;
}
