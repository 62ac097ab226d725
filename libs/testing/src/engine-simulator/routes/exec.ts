import { z } from 'zod';
import { ofContainer } from '../events/container-happenings.ts';
import type { Call } from '../http/call.ts';
import { filler, flow, inTurn, once } from '../http/flow.ts';
import { multiplexedType, outputPiece, rawType } from '../http/multiplexed.ts';
import { begin, emptyOk, json, type Reply, send } from '../http/reply.ts';
import type { Exchange, Routes, Served, Takeover } from '../http/route.ts';
import { readBody, upgradeHead } from '../http/session.ts';
import { isUp } from '../model/container.ts';
import { DaemonRefusal } from '../model/daemon-refusal.ts';
import type { Exec } from '../model/exec-store.ts';
import { programOf } from '../model/program.ts';
import { parsedBody } from './parsed-body.ts';

const NewExec = z.looseObject({
  Cmd: z.array(z.string()).nullish(),
  AttachStdin: z.boolean().nullish(),
  AttachStdout: z.boolean().nullish(),
  AttachStderr: z.boolean().nullish(),
  Tty: z.boolean().nullish(),
});

export const execRoutes: Routes = {
  'POST /containers/{id}/exec': { answer: create },
  'GET /exec/{id}/json': { answer: inspect },
  'POST /exec/{id}/resize': { answer: resize },
  'POST /exec/{id}/start': { session: startSession, stream: start },
};

function create({ state, execs }: Served, { reference, body }: Call): Reply {
  const container = state.containers.get(reference);
  if (!isUp(container)) throw new DaemonRefusal(409, `container ${container.id} is not running`);
  const given = parsedBody(NewExec, body);
  if ((given.Cmd ?? []).length === 0) throw new DaemonRefusal(400, 'no exec command specified');
  const exec: Exec = {
    id: state.newId(),
    container: container.id,
    command: given.Cmd ?? [],
    hasStdin: given.AttachStdin ?? false,
    hasStdout: given.AttachStdout ?? false,
    hasStderr: given.AttachStderr ?? false,
    isTty: given.Tty ?? false,
    state: 'created',
    exitCode: null,
    pid: 0,
  };
  execs.add(exec);
  tell({ state }, exec, `exec_create: ${shown(exec)}`);
  return json({ Id: exec.id }, 201);
}

function inspect({ execs }: Served, { reference }: Call): Reply {
  const exec = execs.get(reference);
  const [entrypoint = '', ...args] = exec.command;
  return json({
    ID: exec.id,
    Running: exec.state === 'running',
    ExitCode: exec.exitCode,
    ProcessConfig: { tty: exec.isTty, entrypoint, arguments: args, privileged: false },
    OpenStdin: exec.hasStdin,
    OpenStderr: exec.hasStderr,
    OpenStdout: exec.hasStdout,
    CanRemove: false,
    ContainerID: exec.container,
    DetachKeys: '',
    Pid: exec.pid,
  });
}

function resize({ execs }: Served, { reference }: Call): Reply {
  execs.get(reference);
  return emptyOk;
}

/** The client takes the connection over: what it sends comes back where the program echoes. */
function startSession(served: Served, { reference }: Call, { socket, early, request }: Takeover): void {
  const exec = startable(served, reference);
  readBody(request, socket, early, (_, rest) => {
    socket.write(upgradeHead(exec.isTty ? rawType : multiplexedType, true));
    run(served, exec, socket, rest);
  });
}

function run(served: Served, exec: Exec, socket: Takeover['socket'], rest: Buffer): void {
  begun(served, exec);
  const { printed, zeroBytes, echoes, exitCode } = programOf(exec.command);
  const over = () => {
    ended(served, exec, exitCode);
    socket.end();
  };
  const piece = (bytes: Buffer) => outputPiece(bytes, exec.isTty);
  const zeros = filler(zeroBytes);
  const output = inTurn(once(printed), zeros);
  const next = () => {
    const bytes = output();
    return bytes === undefined ? undefined : piece(bytes);
  };
  if (!echoes || !exec.hasStdin) {
    socket.resume();
    flow(socket, next, over);
    return;
  }
  if (rest.length > 0) socket.write(piece(rest));
  socket.on('data', (bytes: Buffer) => {
    if (socket.write(piece(bytes))) return;
    socket.pause();
    socket.once('drain', () => socket.resume());
  });
  socket.on('end', over);
  socket.on('close', () => ended(served, exec, exitCode));
}

/** Without an upgrade: detached as an ordinary answer, else what the program prints until it ends; it reads nothing. */
function start(served: Served, { reference }: Call, { request, response }: Exchange): void {
  const exec = startable(served, reference);
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const isDetached = Buffer.concat(chunks).includes('"Detach":true');
    begun(served, exec);
    const { printed, zeroBytes, exitCode } = programOf(exec.command);
    const over = () => ended(served, exec, exitCode);
    if (isDetached) {
      over();
      return send(response, emptyOk);
    }
    begin(response, rawType);
    const output = inTurn(once(printed), filler(zeroBytes));
    const next = () => {
      const bytes = output();
      return bytes === undefined ? undefined : outputPiece(bytes, exec.isTty);
    };
    flow(response, next, () => {
      over();
      response.end();
    });
  });
}

function startable({ execs }: Served, id: string): Exec {
  const exec = execs.get(id);
  if (exec.state === 'running') throw new DaemonRefusal(409, `exec command ${id} is already running`);
  if (exec.state === 'ended') throw new DaemonRefusal(409, `exec command ${id} has already run`);
  return exec;
}

function begun(served: Served, exec: Exec): void {
  exec.state = 'running';
  exec.pid = 4_000 + (Number.parseInt(exec.id.slice(0, 4), 16) % 20_000);
  tell(served, exec, `exec_start: ${shown(exec)}`);
}

function ended(served: Served, exec: Exec, exitCode: number): void {
  if (exec.state === 'ended') return;
  exec.state = 'ended';
  exec.exitCode = exitCode;
  tell(served, exec, 'exec_die', { exitCode: String(exitCode) });
}

function tell({ state }: Pick<Served, 'state'>, exec: Exec, action: string, more: Readonly<Record<string, string>> = {}): void {
  const container = state.containers.find(exec.container);
  if (container !== undefined) state.tell(ofContainer(container, action, { ...more, execID: exec.id }));
}

/** Daemons put a blank between program and arguments, even where there are none. */
function shown({ command: [program = '', ...args] }: Exec): string {
  return `${program} ${args.join(' ')}`;
}
