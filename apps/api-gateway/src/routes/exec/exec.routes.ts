import { needs } from '../../access/access-rule.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { type ContainerLocator, locateReachable } from '../../relay/container-locator.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { relayHijack } from '../../relay/relay-hijack.ts';
import { relayRequest } from '../../relay/relay-request.ts';
import type { ExecIndex } from './exec-index.ts';

/** An answer to exec create is `{"Id":"<64 digits>"}`. */
const createAnswerMaxBytes = 64 * 1024;
/** An engine under load makes an exec instance in seconds. */
const createTimeoutMs = 30_000;
/** An engine waits 10 s for the instance to start, and then says so. */
const resizeTimeoutMs = 15_000;

/** Exec create by container; start, resize and inspect by exec id (docker-api.md 2, EXEC). */
export function execRoutes(locator: ContainerLocator, caller: EngineCaller, execs: ExecIndex): Route[] {
  const create = async (exchange: Exchange) => {
    const { id, engine } = await locateReachable(locator, exchange.param('name'));
    const rewrite = (body: Buffer) => {
      const execId = execIdIn(body);
      if (execId !== undefined) execs.remember(execId, engine.key);
      return body;
    };
    await relayRequest(caller, exchange, {
      engine,
      path: `/containers/${id}/exec`,
      body: await exchange.readBody(),
      // An instance that nobody starts does nothing, and goes with its container.
      isRepeatable: true,
      headTimeoutMs: createTimeoutMs,
      edit: { maxBytes: createAnswerMaxBytes, rewrite },
    });
  };
  const start = async (exchange: Exchange) => {
    const execId = exchange.param('id');
    const engine = await execs.locate(execId);
    await relayHijack(caller, exchange, {
      engine,
      path: `/exec/${encodeURIComponent(execId)}/start`,
      body: await exchange.readBody(),
    });
  };
  const relayed = (action: string, timeoutMs?: number) => async (exchange: Exchange) => {
    const execId = exchange.param('id');
    const engine = await execs.locate(execId);
    const path = `/exec/${encodeURIComponent(execId)}/${action}`;
    await relayRequest(caller, exchange, { engine, path, ...(timeoutMs !== undefined && { headTimeoutMs: timeoutMs }) });
  };
  return [
    {
      method: 'POST',
      path: '/containers/{name}/exec',
      semantics: 'container',
      access: needs('exec', { judge: 'exec-create' }),
      handle: create,
    },
    {
      method: 'POST',
      path: '/exec/{id}/start',
      semantics: 'exec',
      access: needs('exec', { judge: 'plain-json' }),
      note: 'with and without Upgrade; detached as an ordinary answer',
      handle: start,
      hijack: true,
    },
    {
      method: 'POST',
      path: '/exec/{id}/resize',
      semantics: 'exec',
      access: needs('exec'),
      handle: relayed('resize', resizeTimeoutMs),
    },
    { method: 'GET', path: '/exec/{id}/json', semantics: 'exec', access: needs('inspect'), handle: relayed('json') },
  ];
}

function execIdIn(body: Buffer): string | undefined {
  return /"Id"\s*:\s*"([0-9a-f]+)"/.exec(body.toString('utf8'))?.[1];
}
