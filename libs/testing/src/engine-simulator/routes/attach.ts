import { ofContainer } from '../events/container-happenings.ts';
import { type Call, flag } from '../http/call.ts';
import { multiplexedType, outputPiece, rawType } from '../http/multiplexed.ts';
import type { Routes, Served, Takeover } from '../http/route.ts';
import { readBody, upgradeHead } from '../http/session.ts';
import { isUp } from '../model/container.ts';
import { endInput } from '../model/container-lifecycle.ts';
import { programOf } from '../model/program.ts';

export const attachRoutes: Routes = { 'POST /containers/{id}/attach': { session: attach } };

/** What the client sends comes back, where the container reads and its program echoes; it ends with the container. */
function attach({ state }: Served, { reference, query }: Call, { socket, early, request }: Takeover): void {
  const container = state.containers.get(reference);
  const isTty = container.given.Tty ?? false;
  const echoes = programOf(container.command).echoes && (container.given.OpenStdin ?? false) && flag(query, 'stdin');
  readBody(request, socket, early, (_, rest) => {
    socket.write(upgradeHead(isTty ? rawType : multiplexedType, false));
    state.tell(ofContainer(container, 'attach'));
    const echo = (bytes: Buffer) => {
      if (echoes && bytes.length > 0) socket.write(outputPiece(bytes, isTty));
    };
    echo(rest);
    socket.on('data', echo);
    if (echoes && container.given.StdinOnce === true) socket.on('end', () => endInput(state, container));
    socket.resume();
    if (container.state === 'exited' || !(flag(query, 'stream') || isUp(container))) {
      socket.end();
      return;
    }
    state.waitFor(container, 'next-exit', () => {
      const { printed } = programOf(container.command);
      if (printed.length > 0) socket.write(outputPiece(printed, isTty));
      socket.end();
    });
  });
}
