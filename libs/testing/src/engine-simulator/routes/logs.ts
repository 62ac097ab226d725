import { type Call, flag } from '../http/call.ts';
import { flow } from '../http/flow.ts';
import { multiplexedType, outputPiece, rawType } from '../http/multiplexed.ts';
import { begin } from '../http/reply.ts';
import type { Exchange, Routes, Served } from '../http/route.ts';
import { type Container, isUp } from '../model/container.ts';
import { DaemonRefusal } from '../model/daemon-refusal.ts';
import { programOf } from '../model/program.ts';

export const logRoutes: Routes = { 'GET /containers/{id}/logs': { stream: logs } };

/** Lines that a log has, unless the query says otherwise (`simulateLines`, which daemons do not know). */
const linesDefault = 100;
/** What a followed log gets each second (`simulateLinesPerSecond`). */
const perSecondDefault = 1;
const tickMs = 100;
/** Lines that leave in one write. */
const batchLines = 1_000;

/** Generated lines, then more of them each second while the log is followed and the container runs. */
function logs({ state }: Served, { reference, query }: Call, { response }: Exchange): void {
  const container = state.containers.get(reference);
  if (!flag(query, 'stdout') && !flag(query, 'stderr'))
    throw new DaemonRefusal(400, 'Bad parameters: you must choose at least one stream');
  const isTty = container.given.Tty ?? false;
  const line = outputPiece(lineOf(container, flag(query, 'timestamps')), isTty);
  const asked = Number(query.get('simulateLines') ?? linesDefault);
  const tail = query.get('tail') ?? 'all';
  let left =
    flag(query, 'stdout') && container.state !== 'created' ? (tail === 'all' ? asked : Math.min(asked, Number(tail))) : 0;
  const batch = Buffer.concat(Array.from({ length: Math.min(left, batchLines) }, () => line));
  begin(response, isTty ? rawType : multiplexedType);
  const next = () => {
    const count = Math.min(left, batchLines);
    left -= count;
    return count === 0 ? undefined : batch.subarray(0, count * line.length);
  };
  flow(response, next, () => {
    if (flag(query, 'follow') && isUp(container)) {
      follow({ state }, container, {
        response,
        line,
        perSecond: Number(query.get('simulateLinesPerSecond') ?? perSecondDefault),
      });
    } else response.end();
  });
}

type Followed = { readonly response: Exchange['response']; readonly line: Buffer; readonly perSecond: number };

function follow({ state }: Pick<Served, 'state'>, container: Container, { response, line, perSecond }: Followed): void {
  const beganMs = state.clock.monotonicMs();
  let said = 0;
  let cancel = () => {};
  const tick = () => {
    const due = Math.trunc(((state.clock.monotonicMs() - beganMs) / 1_000) * perSecond) - said;
    said += due;
    // Who does not read gets less: nothing is kept for them.
    if (due > 0 && !response.writableNeedDrain) response.write(Buffer.concat(Array.from({ length: due }, () => line)));
    cancel = state.clock.after(tickMs, tick);
  };
  tick();
  response.on('close', () => cancel());
  state.waitFor(container, 'next-exit', () => {
    cancel();
    response.end();
  });
}

function lineOf(container: Container, withTime: boolean): Buffer {
  const { printed } = programOf(container.command);
  const text = printed.length > 0 ? printed.toString('utf8') : `${container.name} has answered a request in good time\n`;
  return Buffer.from(withTime ? `${new Date(container.startedAtMs).toISOString()} ${text}` : text);
}
