import { bytesFields, mapEntry } from './protobuf-fields.ts';

/** `FrontendAttrs` of BuildKit's SolveRequest (api/services/control/control.proto). */
const frontendAttributes = 7;
const buildArgPrefix = 'build-arg:';

/**
 * Build args of a solve, as `docker buildx build --build-arg` gave them; none of a message that cannot be read, which BuildKit
 * refuses in its own words.
 */
export function buildArgsOf(solveRequest: Buffer): Readonly<Record<string, string>> {
  try {
    return readBuildArgs(solveRequest);
  } catch (error) {
    if (error instanceof RangeError) return {};
    throw error;
  }
}

function readBuildArgs(solveRequest: Buffer): Record<string, string> {
  const args: Record<string, string> = {};
  for (const { number, bytes } of bytesFields(solveRequest)) {
    if (number !== frontendAttributes) continue;
    const [key, value] = mapEntry(bytes);
    if (key.startsWith(buildArgPrefix)) args[key.slice(buildArgPrefix.length)] = value;
  }
  return args;
}
