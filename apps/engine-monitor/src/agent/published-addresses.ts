import { z } from 'zod';
import { BaleenError, isAnyAddress, type PortTarget } from '#contracts';

const Row = z.object({
  Ports: z.array(z.object({ IP: z.string().nullish(), PublicPort: z.number().nullish(), Type: z.string().nullish() })).nullish(),
});

/**
 * Where on this machine a host port is bound by a running container, from the daemon's list of them; `undefined` = none publishes it.
 * Throws engine/bad-answer when it is no such list.
 */
export function publishedAddress(list: Buffer, { port, protocol }: PortTarget): string | undefined {
  const rows = readRows(list);
  const bindings = rows.flatMap(({ Ports }) => Ports ?? []);
  const found = bindings.find(({ PublicPort, Type }) => PublicPort === port && (Type ?? 'tcp') === protocol);
  if (found === undefined) return undefined;
  const ip = found.IP ?? '';
  if (!isAnyAddress(ip)) return ip;
  return ip === '::' && !bindings.some((other) => other.PublicPort === port && other.IP === '0.0.0.0') ? '::1' : '127.0.0.1';
}

function readRows(list: Buffer): z.infer<typeof Row>[] {
  try {
    return z.array(Row).parse(JSON.parse(list.toString('utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new BaleenError('engine/bad-answer', 'the list of containers is not of the expected form', { cause: error });
  }
}
