import { decode } from '@nats-io/jwt';

const msPerSecond = 1_000;

/** When credentials or a join token end, wall clock in ms since 1970, by their own word; `undefined` = never, or they are none. */
export function tokenEndMs(text: string): number | undefined {
  const [claims] = /^[\w-]+\.[\w-]+\.[\w-]+$/m.exec(text) ?? [];
  if (claims === undefined) return undefined;
  try {
    const { exp } = decode(claims);
    return exp === undefined ? undefined : exp * msPerSecond;
  } catch {
    // No claims of NATS, so no credentials.
    return undefined;
  }
}
