import { getSystemErrorMap } from 'node:util';

/** Why a file could not be used, without the path and the call that Node's messages repeat: whoever tells it has named the file. */
export function fileFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = 'errno' in error ? getSystemErrorMap().get(Number(error.errno)) : undefined;
  return known?.[1] ?? error.message;
}
