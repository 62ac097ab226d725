import type { Writable } from 'node:stream';
import { ofContainer, ofImage } from '../events/container-happenings.ts';
import type { Call } from '../http/call.ts';
import { filler, flow, inTurn, once } from '../http/flow.ts';
import { begin, emptyOk, jsonType, type Reply, send } from '../http/reply.ts';
import type { Exchange, Routes, Served } from '../http/route.ts';
import { firstFile, tarEnd, tarHeader, tarPadding } from '../http/tar.ts';
import type { Image } from '../model/image.ts';
import { idFrom } from '../model/seeded-ids.ts';

export const archiveRoutes: Routes = {
  'GET /containers/{id}/export': { stream: exportContainer },
  'GET /containers/{id}/archive': { stream: copyOut },
  'HEAD /containers/{id}/archive': { answer: pathStat },
  'PUT /containers/{id}/archive': { stream: copyIn },
  'GET /images/{id}/get': { stream: save },
  'GET /images/get': { stream: save },
  'POST /images/load': { stream: load },
};

const tarType = 'application/x-tar';
const mib = 1024 ** 2;
/** Of what an archive holds, unless the query says otherwise (`simulateMib`, which daemons do not know). */
const mibDefault = 1;
const manifest = 'manifest.json';
/** Of an uploaded archive this much is looked at for the manifest that a simulated save puts first. */
const manifestMaxBytes = 64 * 1024;

function exportContainer({ state }: Served, { reference, query }: Call, { response }: Exchange): void {
  const container = state.containers.get(reference);
  begin(response, 'application/octet-stream');
  sendFile(response, 'export', query);
  state.tell(ofContainer(container, 'export'));
}

function copyOut(served: Served, call: Call, { response }: Exchange): void {
  const container = served.state.containers.get(call.reference);
  const { fields = [] } = pathStat(served, call);
  begin(response, tarType, fields);
  sendFile(response, nameIn(call.query), call.query);
  served.state.tell(ofContainer(container, 'archive-path', { path: call.query.get('path') ?? '' }));
}

/** Every path exists, and is a file. */
function pathStat({ state }: Served, { reference, query }: Call): Reply {
  state.containers.get(reference);
  const stat = { name: nameIn(query), size: bytesOf(query), mode: 420, mtime: '2026-01-15T00:00:00Z', linkTarget: '' };
  const encoded = Buffer.from(JSON.stringify(stat)).toString('base64');
  return { status: 200, fields: ['X-Docker-Container-Path-Stat', encoded] };
}

function copyIn({ state }: Served, { reference, query }: Call, { request, response }: Exchange): void {
  const container = state.containers.get(reference);
  request.resume();
  request.on('end', () => {
    state.tell(ofContainer(container, 'extract-to-dir', { path: query.get('path') ?? '' }));
    send(response, emptyOk);
  });
}

/** One or several images; their descriptions come first, so that another simulated engine can load them. */
function save({ state }: Served, { reference, query }: Call, { response }: Exchange): void {
  const names = reference === '' ? query.getAll('names') : [reference];
  const images = names.map((name) => state.images.get(name));
  begin(response, tarType);
  const description = Buffer.from(JSON.stringify(images));
  const bytes = bytesOf(query);
  const output = inTurn(
    once(Buffer.concat([tarHeader(manifest, description.length), description, tarPadding(description.length)])),
    once(tarHeader('layer.tar', bytes)),
    filler(bytes),
    once(Buffer.concat([tarPadding(bytes), tarEnd])),
  );
  flow(response, output, () => response.end());
  for (const image of images) state.tell(ofImage(image.id, 'save', image.id));
}

/** Takes any archive; one that a simulated engine saved brings its images, another one an image of its own. */
function load({ state }: Served, _: Call, { request, response }: Exchange): void {
  let start = Buffer.alloc(0);
  request.on('data', (chunk: Buffer) => {
    if (start.length < manifestMaxBytes) start = Buffer.concat([start, chunk]);
  });
  request.on('end', () => {
    begin(response, jsonType);
    const images = savedIn(start) ?? [unknownImage(state.newId(), state.clock.nowMs())];
    for (const image of images) {
      state.images.add(image);
      const [name = image.id] = image.tags;
      state.tell(ofImage(image.id, 'load', name));
      response.write(`${JSON.stringify({ stream: `Loaded image: ${name}\n` })}\r\n`);
    }
    response.end();
  });
}

function savedIn(start: Buffer): readonly Image[] | undefined {
  const file = firstFile(start);
  return file?.name === manifest ? (JSON.parse(file.content.toString('utf8')) as Image[]) : undefined;
}

function unknownImage(id: string, createdAtMs: number): Image {
  return {
    id: `sha256:${idFrom('loaded', id)}`,
    tags: [`loaded:${id.slice(0, 12)}`],
    digests: [],
    createdAtMs,
    sizeBytes: mib,
    labels: null,
    command: ['sh'],
    environment: [],
    parent: '',
  };
}

/** An archive with one file. */
function sendFile(to: Writable, name: string, query: URLSearchParams): void {
  const bytes = bytesOf(query);
  const output = inTurn(once(tarHeader(name, bytes)), filler(bytes), once(Buffer.concat([tarPadding(bytes), tarEnd])));
  flow(to, output, () => to.end());
}

function bytesOf(query: URLSearchParams): number {
  return Number(query.get('simulateMib') ?? mibDefault) * mib;
}

function nameIn(query: URLSearchParams): string {
  const path = query.get('path') ?? '';
  return path.slice(path.lastIndexOf('/') + 1) || 'file';
}
