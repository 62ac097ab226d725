import { z } from 'zod';
import { FleetNode } from '#contracts';
import { gatewayAnswer } from './gateway-answer.ts';
import type { GatewayTarget } from './gateway-request.ts';

/** Every engine of the fleet. Rejects as `gatewayAnswer`, and with ZodError when what answers is no gateway of this version. */
export async function askNodes(gateway: GatewayTarget): Promise<FleetNode[]> {
  return z.array(FleetNode).parse(await gatewayAnswer(gateway, 'GET', '/baleen/nodes'));
}
