import { z } from 'zod';

/** Of a key that seals orders, as long as the digest it makes (ADR 44). */
export const orderKeyBytes = 32;

/** Such a key as hex: what gateways seal original requests with (label `io.baleen.request`), and schedulers know them by (ADR 44). */
export const orderKeyText = z.string().regex(new RegExp(`^[0-9a-f]{${2 * orderKeyBytes}}$`));

/** `orders.key`: that key, where no file has it. Written once, by whichever gateway or scheduler first needs it. Agents have no right to read it. */
export const OrderKeyRecord = z.object({ key: z.string() });
export type OrderKeyRecord = z.infer<typeof OrderKeyRecord>;

/** Name of the key's file beside the NATS credentials of gateways and schedulers. */
export const orderKeyFileName = 'orders.key';

/** Setting of gateways and schedulers. */
export const orderKeyFileText = z
  .string()
  .default('')
  .describe(
    'File with the key that seals what may be rescheduled, 64 hex digits (openssl rand -hex 32), the same for gateways and schedulers; empty = orders.key beside the NATS credentials, else the log has it',
  );
