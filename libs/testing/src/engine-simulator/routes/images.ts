import { ofImage } from '../events/container-happenings.ts';
import { type Call, flag } from '../http/call.ts';
import { begin, json, jsonType, type Reply } from '../http/reply.ts';
import type { Exchange, Routes, Served } from '../http/route.ts';
import { DaemonRefusal } from '../model/daemon-refusal.ts';
import { withTag } from '../model/image.ts';
import { containersByImage, imageInspect, imageSummary } from '../render/listed-objects.ts';

export const imageRoutes: Routes = {
  'GET /images/json': { answer: list },
  'GET /images/{id}/json': { answer: ({ state }, { reference }) => json(imageInspect(state.images.get(reference))) },
  'GET /images/{id}/history': { answer: history },
  'POST /images/create': { stream: pull },
  'POST /images/{id}/tag': { answer: tag },
  'DELETE /images/{id}': { answer: remove },
};

function list({ state, bodies }: Served): Reply {
  const body = bodies.body('images', state.revision, state.clock.nowMs(), () => {
    const counts = containersByImage(state);
    const rows = state.images.all.map((image) => imageSummary(image, counts.get(image.id) ?? 0));
    return { body: `${JSON.stringify(rows)}\n`, untilMs: Number.POSITIVE_INFINITY };
  });
  return { status: 200, body };
}

function history({ state }: Served, { reference }: Call): Reply {
  const image = state.images.get(reference);
  const created = Math.trunc(image.createdAtMs / 1_000);
  return json([{ Comment: '', Created: created, CreatedBy: 'simulated', Id: image.id, Size: image.sizeBytes, Tags: image.tags }]);
}

/** Any name can be pulled, and is the same image everywhere. */
function pull({ state }: Served, { query }: Call, { request, response }: Exchange): void {
  const name = query.get('fromImage') ?? '';
  const version = query.get('tag') ?? '';
  const reference = withTag(version === '' ? name : `${name}${version.includes(':') ? '@' : ':'}${version}`);
  request.resume();
  const image = state.images.pull(reference, state.clock.nowMs());
  state.tell(ofImage(reference, 'pull', name));
  begin(response, jsonType);
  const lines = [
    { status: `Pulling from ${name}`, id: version === '' ? 'latest' : version },
    { status: `Digest: ${image.digests[0]?.replace(/^.*@/, '') ?? image.id}` },
    { status: `Status: Downloaded newer image for ${reference}` },
  ];
  response.end(lines.map((line) => `${JSON.stringify(line)}\r\n`).join(''));
}

function tag({ state }: Served, { reference, query }: Call): Reply {
  const image = state.images.get(reference);
  const name = withTag(`${query.get('repo') ?? ''}:${query.get('tag') || 'latest'}`);
  state.images.tag(image, name);
  state.tell(ofImage(image.id, 'tag', name));
  return { status: 201, body: '', type: '' };
}

function remove({ state }: Served, { reference, query }: Call): Reply {
  const image = state.images.get(reference);
  const name = withTag(reference);
  const isName = image.tags.includes(name);
  const user = [...state.containers.all].find((container) => container.image.id === image.id);
  if (user !== undefined && !flag(query, 'force') && (!isName || image.tags.length === 1)) {
    const message = `conflict: unable to remove repository reference "${reference}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${image.id.slice(7, 19)}`;
    throw new DaemonRefusal(409, message);
  }
  const untagged = isName ? [name] : image.tags;
  image.tags = image.tags.filter((known) => !untagged.includes(known));
  for (const gone of untagged) state.tell(ofImage(image.id, 'untag', gone));
  const isGone = image.tags.length === 0 && user === undefined;
  if (isGone) state.images.remove(image);
  if (isGone) state.tell(ofImage(image.id, 'delete', image.id));
  return json([...untagged.map((Untagged) => ({ Untagged })), ...(isGone ? [{ Deleted: image.id }] : [])]);
}
