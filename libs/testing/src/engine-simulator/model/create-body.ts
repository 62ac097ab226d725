import { z } from 'zod';

const Texts = z.array(z.string()).nullish();
const Labels = z.record(z.string(), z.string()).nullish();
const Bindings = z.array(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })).nullish();

/** As much of a `HostConfig` as the simulator acts on; the rest is kept and shown again. */
export const HostConfig = z.looseObject({
  NetworkMode: z.string().nullish(),
  Binds: Texts,
  Mounts: z
    .array(z.looseObject({ Type: z.string(), Source: z.string().nullish(), Target: z.string(), ReadOnly: z.boolean().nullish() }))
    .nullish(),
  PortBindings: z.record(z.string(), Bindings).nullish(),
  AutoRemove: z.boolean().nullish(),
});
export type HostConfig = z.infer<typeof HostConfig>;

const EndpointSettings = z.looseObject({ Aliases: Texts });

/** The body of `POST /containers/create`. */
export const CreateBody = z.looseObject({
  Image: z.string().nullish(),
  Cmd: z.union([z.array(z.string()), z.string()]).nullish(),
  Entrypoint: z.union([z.array(z.string()), z.string()]).nullish(),
  Env: Texts,
  Labels,
  ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
  Volumes: z.record(z.string(), z.unknown()).nullish(),
  Hostname: z.string().nullish(),
  Tty: z.boolean().nullish(),
  OpenStdin: z.boolean().nullish(),
  StdinOnce: z.boolean().nullish(),
  HostConfig: HostConfig.nullish(),
  NetworkingConfig: z.object({ EndpointsConfig: z.record(z.string(), EndpointSettings.nullish()).nullish() }).nullish(),
});
export type CreateBody = z.infer<typeof CreateBody>;

/** Program and arguments that a container runs: its own, or its image's. */
export function commandOf(body: CreateBody, imageCommand: readonly string[]): readonly string[] {
  const [entrypoint, own] = [words(body.Entrypoint), words(body.Cmd)];
  return [...entrypoint, ...(own.length === 0 && entrypoint.length === 0 ? imageCommand : own)];
}

function words(given: readonly string[] | string | null | undefined): readonly string[] {
  return typeof given === 'string' ? [given] : (given ?? []);
}
