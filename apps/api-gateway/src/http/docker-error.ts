import { BaleenError } from '#contracts';

export type DockerError = { readonly status: number; readonly body: { readonly message: string }; readonly isDefect: boolean };

/** What a Docker client gets for a thrown value: a failure's own status and text; of a defect only that there was one. */
export function toDockerError(error: unknown, requestId: string): DockerError {
  if (error instanceof BaleenError) return { status: error.status, body: { message: error.message }, isDefect: false };
  return { status: 500, body: { message: `internal error in the gateway (request ${requestId})` }, isDefect: true };
}
