import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';

/** What dockerode speaks to. */
export type DockerHost = {
  /** Part of the names of what its tests make. */
  readonly name: string;
  readonly docker: Docker;
  /** `ip:port` of a registry that its engines trust. */
  readonly registry: string;
};

/** dockerode as its README has it: no version, a new client for a host and port (`url`: `http://ip:port`). */
export function dockerodeOf(url: string): Docker {
  const { hostname, port } = new URL(url);
  return new Docker({ host: hostname, port: Number(port) });
}

/** A container of busybox that runs a shell script. */
export async function created(
  { docker, name }: DockerHost,
  own: string,
  script: string,
  more: Docker.ContainerCreateOptions = {},
): Promise<Docker.Container> {
  return docker.createContainer({ name: `${name}-${own}`, Image: 'busybox', Cmd: ['sh', '-c', script], ...more });
}

export async function started(...args: Parameters<typeof created>): Promise<Docker.Container> {
  const container = await created(...args);
  await container.start();
  return container;
}

/** Runs until it is told to stop. */
export const waiting = 'trap "exit 0" TERM; echo started; while :; do sleep 0.1; done';

/** Status and message of a refusal; `undefined` when there was none. */
export async function refusalOf(call: Promise<unknown>): Promise<{ status: number; message: string } | undefined> {
  return call.then(
    () => undefined,
    (error: { statusCode: number; json?: { message?: string } }) => ({
      status: error.statusCode,
      message: error.json?.message ?? '',
    }),
  );
}

/** Standard output and error of a multiplexed stream, once it has ended. */
export async function demultiplexed(docker: Docker, stream: NodeJS.ReadableStream): Promise<{ out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  (docker.modem as { demuxStream(from: NodeJS.ReadableStream, out: PassThrough, err: PassThrough): void }).demuxStream(
    stream,
    stdout,
    stderr,
  );
  stream.once('end', () => [stdout, stderr].forEach((part) => part.end()));
  const [out, err] = await Promise.all([text(stdout), text(stderr)]);
  return { out, err };
}

/** What a progress stream said, its end included. */
export function progress(docker: Docker, stream: NodeJS.ReadableStream): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    (docker as unknown as Pick<Docker['modem'], 'followProgress'>).followProgress(stream as Readable, (error, said) =>
      error === null ? resolve(said as Record<string, unknown>[]) : reject(error),
    );
  });
}
