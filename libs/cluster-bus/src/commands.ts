import { z } from 'zod';
import {
  BaleenError,
  type EngineReply,
  type EngineVerb,
  engineCommands,
  type GatewayReply,
  type GatewayVerb,
  gatewayCommands,
  type SchedulerReply,
  type SchedulerVerb,
  schedulerCommands,
  subjects,
} from '#contracts';
import type { ClusterBus, RequestOptions } from './bus.ts';

/** What a caller may leave out (defaults), and what a handler gets (defaults filled in). */
export type SchedulerCall<V extends SchedulerVerb> = z.input<(typeof schedulerCommands)[V]['request']>;
export type EngineCall<V extends EngineVerb> = z.input<(typeof engineCommands)[V]['request']>;
export type GatewayCall<V extends GatewayVerb> = z.input<(typeof gatewayCommands)[V]['request']>;
export type ParsedSchedulerCall<V extends SchedulerVerb> = z.output<(typeof schedulerCommands)[V]['request']>;
export type ParsedEngineCall<V extends EngineVerb> = z.output<(typeof engineCommands)[V]['request']>;
export type ParsedGatewayCall<V extends GatewayVerb> = z.output<(typeof gatewayCommands)[V]['request']>;

export type CommandContext = { readonly deadlineMs: number };
export type Served = { stop(): Promise<void> };

/** Asks the leading scheduler. Rejects with request/invalid before sending when the request breaks the contract. */
export async function callScheduler<V extends SchedulerVerb>(
  bus: ClusterBus,
  verb: V,
  request: SchedulerCall<V>,
  options: RequestOptions,
): Promise<SchedulerReply<V>> {
  const command = schedulerCommands[verb];
  return (await call(bus, subjects.schedulerCommand(verb), command, request, options)) as SchedulerReply<V>;
}

/** Asks the monitor that owns the engine. */
export async function callEngine<V extends EngineVerb>(
  bus: ClusterBus,
  key: string,
  verb: V,
  request: EngineCall<V>,
  options: RequestOptions,
): Promise<EngineReply<V>> {
  const command = engineCommands[verb];
  return (await call(bus, subjects.engineCommand(key, verb), command, request, options)) as EngineReply<V>;
}

/** Asks another gateway. */
export async function callGateway<V extends GatewayVerb>(
  bus: ClusterBus,
  gateway: string,
  verb: V,
  request: GatewayCall<V>,
  options: RequestOptions,
): Promise<GatewayReply<V>> {
  const command = gatewayCommands[verb];
  return (await call(bus, subjects.gatewayCommand(gateway, verb), command, request, options)) as GatewayReply<V>;
}

/** Serves a command while this scheduler leads; stop it at the loss of the lease. */
export function serveScheduler<V extends SchedulerVerb>(
  bus: ClusterBus,
  verb: V,
  handler: (request: ParsedSchedulerCall<V>, context: CommandContext) => Promise<SchedulerReply<V>>,
): Promise<Served> {
  return bus.serve(subjects.schedulerCommand(verb), (payload, context) => {
    return handler(parseSchedulerRequest(verb, payload), context);
  });
}

export type EngineHandlers = {
  readonly [V in EngineVerb]?: (request: ParsedEngineCall<V>, context: CommandContext) => Promise<EngineReply<V>>;
};

/** Serves the commands of an engine while this monitor owns it, on one subscription: a monitor of a thousand engines has a thousand, not four. */
export function serveEngine(bus: ClusterBus, key: string, handlers: EngineHandlers): Promise<Served> {
  const subject = subjects.engineCommand(key, '*');
  return bus.serve(subject, async (payload, context) => {
    const verb = context.subject.slice(subject.length - 1) as EngineVerb;
    const handler = Object.hasOwn(handlers, verb) ? handlers[verb] : undefined;
    if (handler === undefined) {
      const message = `the engine’s owner is older than who asks and has no ${verb}: update the monitors, then ask again`;
      throw new BaleenError('cluster/unavailable', message);
    }
    return (handler as Handler)(parse(engineCommands[verb].request, payload, context.subject), context);
  });
}

/** Serves a command as that gateway. */
export function serveGateway<V extends GatewayVerb>(
  bus: ClusterBus,
  gateway: string,
  verb: V,
  handler: (request: ParsedGatewayCall<V>, context: CommandContext) => Promise<GatewayReply<V>>,
): Promise<Served> {
  const subject = subjects.gatewayCommand(gateway, verb);
  return bus.serve(subject, async (payload, context) => {
    const request = parse(gatewayCommands[verb].request, payload, subject) as ParsedGatewayCall<V>;
    return handler(request, context);
  });
}

/** For controllers with `@MessagePattern`: the request in contract form, or request/invalid. */
export function parseSchedulerRequest<V extends SchedulerVerb>(verb: V, payload: unknown): ParsedSchedulerCall<V> {
  return parse(schedulerCommands[verb].request, payload, subjects.schedulerCommand(verb)) as ParsedSchedulerCall<V>;
}

type Handler = (request: unknown, context: CommandContext) => Promise<unknown>;
type Command = { readonly request: z.ZodType; readonly reply: z.ZodType };

async function call(
  bus: ClusterBus,
  subject: string,
  command: Command,
  request: unknown,
  options: RequestOptions,
): Promise<unknown> {
  const reply = await bus.request(subject, parse(command.request, request, subject), options);
  const parsed = command.reply.safeParse(reply);
  if (parsed.success) return parsed.data;
  // Two versions of Baleen that do not understand each other: nothing the client can change.
  throw new BaleenError('cluster/unavailable', `the reply of ${subject} breaks the contract: ${z.prettifyError(parsed.error)}`);
}

function parse(schema: z.ZodType, value: unknown, subject: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new BaleenError('request/invalid', `${subject}: ${z.prettifyError(parsed.error)}`);
}
