import { ofContainer } from '../events/container-happenings.ts';
import { type Call, flag } from '../http/call.ts';
import { begin, json, jsonType, type Reply } from '../http/reply.ts';
import type { Exchange, Routes, Served } from '../http/route.ts';
import { isUp } from '../model/container.ts';
import { DaemonRefusal } from '../model/daemon-refusal.ts';
import type { WaitFor } from '../model/engine-state.ts';
import { containerStats } from '../render/container-stats.ts';

const statsEveryMs = 1_000;

export const containerReadRoutes: Routes = {
  'GET /containers/{id}/top': { answer: top },
  'GET /containers/{id}/changes': { answer: changes },
  'GET /containers/{id}/stats': { stream: stats },
  'POST /containers/{id}/wait': { stream: wait },
};

function top({ state }: Served, { reference }: Call): Reply {
  const container = state.containers.get(reference);
  if (!isUp(container)) throw new DaemonRefusal(409, `container ${container.id} is not running`);
  state.tell(ofContainer(container, 'top'));
  const process = ['root', String(container.pid), '1', '0', '00:00', '?', '00:00:00', container.command.join(' ')];
  return json({ Processes: [process], Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'] });
}

function changes({ state }: Served, { reference }: Call): Reply {
  state.containers.get(reference);
  return json(null);
}

/** Once, or each second until the client has gone. */
function stats({ state }: Served, { reference, query }: Call, { response }: Exchange): void {
  const container = state.containers.get(reference);
  const isOnce = query.has('stream') && !flag(query, 'stream');
  begin(response, jsonType);
  let cancel = () => {};
  const tell = () => {
    response.write(`${JSON.stringify(containerStats(container, state.clock.nowMs()))}\n`);
    if (isOnce) response.end();
    else cancel = state.clock.after(statsEveryMs, tell);
  };
  tell();
  response.on('close', () => cancel());
}

/** The head leaves at once, the exit code when it is there. */
function wait({ state }: Served, { reference, query }: Call, { request, response }: Exchange): void {
  const container = state.containers.get(reference);
  const until = conditionOf(query.get('condition'));
  request.resume();
  begin(response, jsonType);
  const answer = (exitCode: number) => response.end(`${JSON.stringify({ StatusCode: exitCode })}\n`);
  if (until === 'not-running' && !isUp(container)) answer(container.exitCode);
  else state.waitFor(container, until, answer);
}

function conditionOf(text: string | null): WaitFor {
  switch (text) {
    case null:
    case '':
    case 'not-running':
      return 'not-running';
    case 'next-exit':
    case 'removed':
      return text;
    default:
      throw new DaemonRefusal(400, `invalid condition: "${text}"`);
  }
}
