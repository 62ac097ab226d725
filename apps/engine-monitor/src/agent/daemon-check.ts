import { z } from 'zod';
import { BaleenError } from '#contracts';
import { type EngineAddress, EngineClient, type EngineTransport } from '#docker-api';
import type { Logger } from '#service-shell';

export type DaemonCheck = {
  readonly address: EngineAddress;
  /** The address as the operator wrote it. */
  readonly shown: string;
  readonly transport: EngineTransport;
  /** Host name of the machine, or container, that this agent runs on. */
  readonly host: string;
  readonly logger: Logger;
};

const answerMaxMs = 5_000;
const Info = z.object({ Name: z.string() });

/**
 * Looks at the daemon once, at the start of its agent. What is amiss is only warned of: the engine is enrolled all the same, and healthy as soon
 * as its daemon answers.
 */
export async function checkDaemon({ address, shown, transport, host, logger }: DaemonCheck): Promise<void> {
  const client = new EngineClient({ address, transport, connections: 1 });
  try {
    const { body } = await client.request({ method: 'GET', path: '/info', timeoutMs: answerMaxMs });
    const name = nameIn(body);
    // Published ports are dialled at the loopback of whoever dials.
    if (name !== undefined && name !== host)
      logger.warn(
        { engine: shown },
        `this agent runs on host ${host}, its Docker daemon on ${name}: ports that containers publish will not be reached. Run the agent on the daemon’s own host and network (in a container: network_mode: host)`,
      );
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    logger.warn(
      { engine: shown },
      `the Docker daemon does not answer yet: ${error.message}. Start it, or name another with --engine; the engine joins all the same and is used once it answers`,
    );
  } finally {
    await client.close();
  }
}

/** `undefined` = the daemon does not say, as one that is not up yet. */
function nameIn(body: Buffer): string | undefined {
  try {
    return Info.safeParse(JSON.parse(body.toString('utf8'))).data?.Name;
  } catch {
    // No JSON: what answers is looked at by whoever watches the engine.
    return undefined;
  }
}
