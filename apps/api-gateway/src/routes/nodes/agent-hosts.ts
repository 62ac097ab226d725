import { AgentRecord, agentOf, decodeRecord, subjects } from '#contracts';
import { within } from '#service-shell';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';

/** Of more the hosts are left out: whoever has so many agents away looks at NATS first. */
const askedMax = 100;
/** A log that is away must not keep operators waiting. */
const answerMaxMs = 1_000;

/** On which hosts the agents of disconnected engines were last, by the engines' keys, as far as the log says so in time. */
export async function agentHosts(
  { log, clock, logger }: Pick<Fleet, 'log' | 'clock' | 'logger'>,
  engines: readonly FleetEngine[],
): Promise<ReadonlyMap<string, string>> {
  const hosts = new Map<string, string>();
  const away = engines.filter(({ shownState }) => shownState === 'disconnected').slice(0, askedMax);
  const asked = away.map(async ({ key, address }) => {
    const agent = agentOf(address);
    const payload = agent && (await log.get(subjects.agent(agent)))?.payload;
    if (payload) hosts.set(key, decodeRecord(AgentRecord, payload).host);
  });
  const answered = Promise.allSettled(asked).then((answers) => {
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed !== undefined) logger.warn({ err: failed.reason }, 'where agents ran last is not known');
  });
  if (away.length > 0) await within(clock, answerMaxMs, answered);
  return hosts;
}
