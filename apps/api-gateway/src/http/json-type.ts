import { BaleenError } from '#contracts';

/** Refuses a body that is not said to be JSON, in the engine's words (28.x). Throws request/invalid. */
export function requireJsonType(contentType = ''): void {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return;
  const text =
    type === ''
      ? `malformed Content-Type header (${contentType}): mime: no media type`
      : `unsupported Content-Type header (${contentType}): must be 'application/json'`;
  throw new BaleenError('request/invalid', text);
}
