import { connect } from 'node:net';
import { type Ending, noAnswer, parseAnswer, type WireAnswer } from './wire-answer.ts';
import { type WireRequest, wireBytes } from './wire-request.ts';

/** A daemon that stops a container takes 10 s; what says nothing for longer than this hangs. */
const silenceMaxMs = 30_000;

/** Sends one request on a connection of its own to `host:port` and reads its answer to the end. Never rejects. */
export function exchange(address: string, request: WireRequest, answerMaxMs = silenceMaxMs): Promise<WireAnswer> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host, port: Number(port), allowHalfOpen: true });
    let isTakenOver = false;
    let cut: NodeJS.Timeout | undefined;
    const silence = setTimeout(() => finish('hang'), answerMaxMs);
    const answered = () => parseAnswer(Buffer.concat(chunks), request.method);
    const finish = (ending: Ending) => {
      clearTimeout(silence);
      clearTimeout(cut);
      socket.destroy();
      const answer = answered();
      if (answer === undefined) return resolve(noAnswer(ending));
      const { isWhole, ...parts } = answer;
      resolve({ ...parts, ending: isWhole ? 'complete' : ending });
    };
    const headCame = () => {
      if (request.cutAfterMs !== undefined) cut ??= setTimeout(() => finish('cut'), request.cutAfterMs);
      if (request.afterHead !== undefined && !isTakenOver) socket.end(request.afterHead);
      isTakenOver = true;
    };
    socket.on('connect', () => socket.write(wireBytes(request)));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      silence.refresh();
      const answer = answered();
      if (answer?.isWhole === true) finish('complete');
      else if (answer !== undefined) headCame();
    });
    socket.on('end', () => finish('closed'));
    // The server may hang up on what it refuses while we still send; what counts is what it said.
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ECONNREFUSED' ? 'refused' : 'closed'));
  });
}
