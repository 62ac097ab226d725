import { cleanPath } from './clean-path.ts';
import { plainPath } from './url-escapes.ts';

/** What a request names: its path without needless escapes, its query as it wrote it, without the mark. */
export function splitUrl(url: string): { path: string; rawQuery: string } {
  // Proxies may send the absolute form; its authority says nothing here.
  const target = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  const mark = target.indexOf('?');
  if (mark === -1) return { path: plainPath(target), rawQuery: '' };
  return { path: plainPath(target.slice(0, mark)), rawQuery: target.slice(mark + 1) };
}

/** Where an engine sends a request whose path is not clean; `undefined` = it stays. */
export function cleanLocation(url: string): string | undefined {
  const { path, rawQuery } = splitUrl(url);
  const clean = cleanPath(path);
  return clean === path ? undefined : `${clean}${rawQuery === '' ? '' : `?${rawQuery}`}`;
}
