import { compareApiVersions } from '#docker-api';
import type { Exchange } from '../../http/exchange.ts';
import type { FleetEvent } from './fleet-event.ts';

/** How one client gets events. */
export type EventFormat = {
  readonly contentType: string;
  /** API versions up to 1.51 have `status`, `id` and `from` besides what replaced them in 1.22. */
  readonly shape: 'legacy' | 'current';
  /** Creates of images are told since 1.46. */
  readonly isTold: (event: FleetEvent) => boolean;
  /** Before each event; a newline follows each. */
  readonly before: Buffer;
};

const firstOfCurrentShape = '1.52';
const firstWithImageCreates = '1.46';
const offers = ['application/jsonl', 'application/x-ndjson', 'application/json-seq'] as const;
/** RFC 7464: what begins a text in a JSON sequence. */
const recordSeparator = Buffer.from([0x1e]);

/** By the client's API version and, since 1.52, by what it accepts. */
export function eventFormat(exchange: Exchange): EventFormat {
  const { apiVersion } = exchange;
  const isCurrent = compareApiVersions(apiVersion, firstOfCurrentShape) >= 0;
  const contentType = isCurrent ? negotiated(exchange.header('accept') ?? '') : 'application/json';
  const tellsImageCreates = compareApiVersions(apiVersion, firstWithImageCreates) >= 0;
  return {
    contentType,
    shape: isCurrent ? 'current' : 'legacy',
    isTold: ({ Type, Action }) => tellsImageCreates || Type !== 'image' || Action !== 'create',
    before: contentType === 'application/json-seq' ? recordSeparator : Buffer.alloc(0),
  };
}

type Wish = { readonly type: string; readonly quality: number };

/** The best offer for an Accept header as engines choose it: by quality, then the more exact wish, then our order; else plain JSON. */
export function negotiated(accept: string): string {
  const wishes = accept.split(',').map(parseWish);
  const ranked = offers
    .flatMap((offer) => wishes.map(({ type, quality }) => ({ offer, quality, exactness: exactness(type, offer) })))
    .filter(({ quality, exactness: match }) => quality > 0 && match > 0)
    .sort((one, other) => other.quality - one.quality || other.exactness - one.exactness);
  return ranked[0]?.offer ?? 'application/json';
}

function parseWish(text: string): Wish {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
}

function exactness(type: string, offer: string): number {
  if (type === offer) return 3;
  if (type === 'application/*') return 2;
  return type === '*/*' ? 1 : 0;
}
