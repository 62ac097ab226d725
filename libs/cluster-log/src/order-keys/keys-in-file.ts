import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BaleenError, orderKeyFileName, orderKeyText } from '#contracts';
import type { OrderKeyRing, OrderKeys, OrderKeysParts } from './order-keys.ts';

/** The file that these settings mean, if any. */
export function orderKeyFile({ orderKeyFile, natsCredsFile }: OrderKeysParts): string | undefined {
  if (orderKeyFile !== '') return orderKeyFile;
  const beside = natsCredsFile === '' ? undefined : join(dirname(natsCredsFile), orderKeyFileName);
  return beside !== undefined && existsSync(beside) ? beside : undefined;
}

/** A key a line; reads at once. Throws config/invalid. */
export function keysInFile(file: string): OrderKeys {
  const [first, ...more] = read(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => keyOf(line, file));
  if (first === undefined) throw noKey(file);
  const ring: OrderKeyRing = [first, ...more];
  return { ring: async () => ring };
}

function keyOf(line: string, file: string): Buffer {
  if (!orderKeyText.safeParse(line).success) throw noKey(file);
  return Buffer.from(line, 'hex');
}

function noKey(file: string): BaleenError {
  return new BaleenError('config/invalid', `${file} holds no key of orders: 64 hex digits, as openssl rand -hex 32 makes them`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BaleenError('config/invalid', `the key of orders cannot be read: ${reason}`, { cause: error });
  }
}
