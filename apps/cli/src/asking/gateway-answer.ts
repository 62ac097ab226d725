import { GatewayRefusal } from './gateway-refusal.ts';
import { askGateway, type GatewayTarget } from './gateway-request.ts';

/** The JSON a gateway answers with 200; any other answer is a GatewayRefusal with the gateway's own message. */
export async function gatewayAnswer(
  gateway: GatewayTarget,
  method: 'GET' | 'POST',
  path: string,
  body?: string,
): Promise<unknown> {
  const answer = await askGateway(gateway, method, path, body);
  if (answer.status === 200) return JSON.parse(answer.body);
  throw new GatewayRefusal(messageOf(answer.body) ?? `the gateway answered ${answer.status}`);
}

function messageOf(body: string): string | undefined {
  try {
    const parsed = JSON.parse(body) as { message?: unknown };
    return typeof parsed.message === 'string' ? parsed.message : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
