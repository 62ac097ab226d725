import { eventFilter } from '../events/event-filter.ts';
import type { ToldEvent } from '../events/happening.ts';
import type { Call } from '../http/call.ts';
import { begin, json, jsonType, type Reply } from '../http/reply.ts';
import type { Exchange, Routes, Served } from '../http/route.ts';
import { DaemonRefusal } from '../model/daemon-refusal.ts';
import { containerSummary } from '../render/container-summary.ts';
import { infoDocument, versionDocument } from '../render/daemon-documents.ts';
import { containersByImage, imageSummary, volumeDocument } from '../render/listed-objects.ts';

const pingFields = [
  'Builder-Version',
  '2',
  'Cache-Control',
  'no-cache, no-store, must-revalidate',
  'Pragma',
  'no-cache',
  'Swarm',
  'inactive',
];
const pong: Reply = { status: 200, body: 'OK', type: 'text/plain; charset=utf-8', fields: pingFields };
const silentPong: Reply = { ...pong, body: '' };
const version = json(versionDocument());

export const systemRoutes: Routes = {
  'GET /_ping': { answer: () => pong },
  'HEAD /_ping': { answer: () => silentPong },
  'GET /version': { answer: () => version },
  'GET /info': { answer: ({ state, events }) => json(infoDocument(state, events.listeners)) },
  'POST /auth': { answer: () => json({ IdentityToken: '', Status: 'Login Succeeded' }) },
  'GET /system/df': { answer: diskUsage },
  'GET /plugins': { answer: () => json([]) },
  'GET /events': { stream: streamEvents },
};

function diskUsage({ state }: Served): Reply {
  const counts = containersByImage(state);
  const images = state.images.all.map((image) => ({
    ...imageSummary(image, counts.get(image.id) ?? 0),
    SharedSize: 0,
    RepoDigests: image.digests.length === 0 ? null : image.digests,
  }));
  const nowMs = state.clock.nowMs();
  const containers = [...state.containers.all].map((container) => containerSummary(container, { nowMs, withSize: true }));
  return json({
    LayersSize: images.reduce((sum, { Size }) => sum + Size, 0),
    Images: images,
    Containers: containers,
    Volumes: state.volumes.all.map((volume) => ({ ...volumeDocument(volume), UsageData: { RefCount: 1, Size: 1_048_576 } })),
    BuildCache: [],
  });
}

/** Remembered events from `since` on, then what happens, until `until` or until the client has gone. */
function streamEvents({ state, events }: Served, { query }: Call, { response }: Exchange): void {
  const isWanted = eventFilter(query.get('filters'));
  const sinceNano = nanoseconds(query.get('since'), state.clock.nowMs());
  const untilNano = nanoseconds(query.get('until'), state.clock.nowMs());
  begin(response, jsonType);
  const write = ({ happening, line, timeNano }: ToldEvent) => {
    if (isWanted(happening) && (untilNano === undefined || timeNano <= untilNano)) response.write(line);
  };
  if (sinceNano !== undefined) for (const event of events.since(sinceNano)) write(event);
  const leftMs = untilNano === undefined ? Number.POSITIVE_INFINITY : Number(untilNano / 1_000_000n) - state.clock.nowMs();
  if (leftMs <= 0) {
    response.end();
    return;
  }
  const stop = events.listen(write);
  const cancel = leftMs === Number.POSITIVE_INFINITY ? undefined : state.clock.after(leftMs, () => response.end());
  response.on('close', () => {
    stop();
    cancel?.();
  });
}

/** Seconds since 1970 with a fraction, or a span before now (`10m`); absent = `undefined`. */
function nanoseconds(text: string | null, nowMs: number): bigint | undefined {
  if (text === null || text === '') return undefined;
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (seconds !== undefined) return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  const [, count, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 }[unit];
  if (count !== undefined && unitMs !== undefined) return BigInt(nowMs - Number(count) * unitMs) * 1_000_000n;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new DaemonRefusal(400, `failed to parse value as time or duration: value: ${text}`);
  return BigInt(ms) * 1_000_000n;
}
