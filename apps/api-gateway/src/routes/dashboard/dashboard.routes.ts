import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Availability, BaleenError, type Welcome } from '#contracts';
import { needs, open } from '../../access/access-rule.ts';
import type { Identity } from '../../access/identity-book.ts';
import { containerPage } from '../../dashboard/container-page.ts';
import type { DashboardFeed } from '../../dashboard/dashboard-feed.ts';
import { type PageFile, readPageFiles } from '../../dashboard/page-files.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { findNode } from '../../fleet-view/lookup/node-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { decisionAccess } from '../decisions/decisions.routes.ts';
import { updateNode } from '../nodes/update-node.ts';
import { isOwnPage } from './own-page.ts';
import { pageHeaders } from './page-headers.ts';

/** Beside the gateway's own bundle. */
const builtPage = fileURLToPath(new URL('../dashboard/', import.meta.url));

const immutable = 'public, max-age=31536000, immutable';
const alwaysAsk = 'no-cache';
/** The build names scripts and style sheets by their content. */
const namedByContent = /\.[0-9a-f]{12}\.\w+$/;

const Wish = z.strictObject({ availability: Availability });
const ContainersQuery = z.object({
  engine: z.string().optional(),
  search: z.string().max(200).default(''),
  from: z.coerce.number().int().min(0).default(0),
});

const changing = needs('admin', { tenants: 'refused', judge: 'plain-json' });

/** The dashboard: its page and files, what it is told, and the one thing it may change. */
export function dashboardRoutes(fleet: Fleet, feed: DashboardFeed): Route[] {
  const files = readPageFiles(builtPage);
  return [
    {
      method: 'GET',
      path: '/',
      semantics: 'local',
      // The page shows nothing by itself.
      access: open,
      note: 'the dashboard',
      handle: (exchange) => sendFile(exchange, files, 'index.html'),
    },
    {
      method: 'GET',
      path: '/assets/{name}',
      semantics: 'local',
      access: open,
      note: 'files of the dashboard',
      handle: (exchange) => sendFile(exchange, files, exchange.param('name')),
    },
    {
      method: 'GET',
      path: '/baleen/dashboard/feed',
      semantics: 'local',
      access: needs('fleet'),
      note: 'the fleet, live, as server-sent events (FeedMessage)',
      handle: (exchange) => watch(feed, exchange),
    },
    {
      method: 'GET',
      path: '/baleen/dashboard/containers',
      semantics: 'local',
      access: needs('fleet'),
      note: 'containers, searched and page by page (ContainerPage)',
      handle: (exchange) => listContainers(fleet, exchange),
    },
    {
      method: 'PUT',
      path: '/baleen/nodes/{id}/availability',
      semantics: 'local',
      access: changing,
      note: 'active, pause or drain',
      handle: (exchange) => setAvailability(fleet, exchange),
    },
  ];
}

function sendFile(exchange: Exchange, files: ReadonlyMap<string, PageFile>, name: string): void {
  const file = files.get(name);
  if (file === undefined)
    throw new BaleenError('request/not-found', 'the dashboard has no such file: is it built? npm run build makes it');
  const caching = namedByContent.test(name) ? immutable : alwaysAsk;
  const headers = { ...pageHeaders, 'Cache-Control': caching, ETag: file.etag };
  if (exchange.header('if-none-match') === file.etag) exchange.respond(304, undefined, headers);
  else exchange.respond(200, file.body, { ...headers, 'Content-Type': file.contentType });
}

/** Lasts as long as the page watches: under a policy it is under way until then. */
async function watch(feed: DashboardFeed, exchange: Exchange): Promise<void> {
  const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };
  const { identity, response } = exchange;
  feed.watch(() => exchange.stream(200, headers), exchange.signal, {
    ...(identity !== undefined && { identity: shown(identity) }),
    mayAct: exchange.permits(changing) && isOwnPage(exchange),
    mayExplain: exchange.permits(decisionAccess),
  });
  if (!response.closed) await new Promise((resolve) => response.once('close', resolve));
}

function shown({ name, role, tenant }: Identity): Welcome['identity'] {
  return { name, role, ...(tenant !== undefined && { tenant }) };
}

async function listContainers(fleet: Fleet, exchange: Exchange): Promise<void> {
  const parsed = ContainersQuery.safeParse(Object.fromEntries(exchange.query));
  if (!parsed.success) throw new BaleenError('request/invalid', `invalid query: ${z.prettifyError(parsed.error)}`);
  exchange.respond(200, containerPage(await currentView(fleet), parsed.data), { 'Cache-Control': 'no-store' });
}

/** Errors: request/forbidden, those of `updateNode`. */
async function setAvailability(fleet: Fleet, exchange: Exchange): Promise<void> {
  if (!isOwnPage(exchange))
    throw new BaleenError('request/forbidden', 'a page of another origin may not change the fleet: open the dashboard itself');
  const parsed = Wish.safeParse(await exchange.readJson());
  if (!parsed.success) throw new BaleenError('request/invalid', `invalid availability: ${z.prettifyError(parsed.error)}`);
  const { key, wish } = findNode(await currentView(fleet), exchange.param('id'));
  const update = { key, version: wish?.version ?? 0, labels: wish?.labels ?? {}, ...parsed.data };
  await updateNode(fleet, update, exchange.signal);
  exchange.respond(200, parsed.data);
}
