import { z } from 'zod';
import type { NatsAccess } from '#cluster-bus';
import { FleetStatus } from '#contracts';
import type { Clock } from '#service-shell';
import { askNodes } from '../asking/fleet-nodes.ts';
import { gatewayAnswer } from '../asking/gateway-answer.ts';
import { GatewayRefusal } from '../asking/gateway-refusal.ts';
import type { GatewayTarget } from '../asking/gateway-request.ts';
import { UsageError } from '../flags/usage-error.ts';
import { askLog } from '../nats/asked-log.ts';
import type { TokenKeys } from './agent-diagnosis.ts';
import type { Symptoms } from './diagnosis.ts';

export type WhereToLook = {
  readonly gateway: GatewayTarget;
  /** Asked directly when given. */
  readonly nats: NatsAccess | undefined;
  readonly cluster: string;
  readonly tokenKeys: TokenKeys | undefined;
};

/** Asks everything at the same time; what does not answer is a symptom, never a rejection. */
export async function symptoms({ gateway: target, nats, cluster, tokenKeys }: WhereToLook, clock: Clock): Promise<Symptoms> {
  const [gateway, health] = await Promise.all([ofGateway(target), nats === undefined ? undefined : askLog(nats, cluster, clock)]);
  return { host: target.host, nats: health, tokenKeys, nowMs: clock.nowMs(), ...gateway };
}

async function ofGateway(target: GatewayTarget): Promise<Pick<Symptoms, 'status' | 'nodes' | 'gatewayFailure'>> {
  try {
    const status = FleetStatus.parse(await gatewayAnswer(target, 'GET', '/baleen/status'));
    return { status, nodes: await askNodes(target) };
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof z.ZodError)) throw error;
    const isOther = error instanceof z.ZodError;
    const reason = isOther ? 'what answers there is no gateway of this version' : error.message;
    return { status: undefined, nodes: [], gatewayFailure: { reason, isThere: error instanceof GatewayRefusal } };
  }
}
