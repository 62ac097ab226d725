import { z } from 'zod';
import * as contracts from '#contracts';

type Command = { readonly request: z.ZodType; readonly reply: z.ZodType };

/** Everything that one service writes and another reads, by a name that stays: records and answers by their own, commands by service and verb. */
export function contractList(): Map<string, z.ZodType> {
  const list = new Map<string, z.ZodType>();
  // Records and answers are named like their types; texts of the configuration are not.
  for (const [name, value] of Object.entries(contracts))
    if (value instanceof z.ZodType && /^[A-Z]/.test(name)) list.set(name, value);
  const commands: Readonly<Record<string, Readonly<Record<string, Command>>>> = {
    engine: contracts.engineCommands,
    gateway: contracts.gatewayCommands,
    scheduler: contracts.schedulerCommands,
  };
  for (const [service, verbs] of Object.entries(commands)) {
    for (const [verb, { request, reply }] of Object.entries(verbs)) {
      list.set(`${service} ${verb} request`, request);
      list.set(`${service} ${verb} reply`, reply);
    }
  }
  return new Map([...list].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
