import { engineTransportProblems } from '#docker-api';
import { systemRandomness } from '#service-shell';
import type { ManageSettings } from '../flags/manage-flags.ts';
import { UsageError } from '../flags/usage-error.ts';
import { fetchSettledEngines, reportLines } from '../manage/fleet-report.ts';
import { dockerHost, listenHost, reachableByOthers } from '../manage/listen-hosts.ts';
import { logPrinter } from '../manage/log-printer.ts';
import { keepJoinAddress, keptLogin } from '../manage/nats-door.ts';
import { NatsProcess } from '../manage/nats-process.ts';
import { gatewayHosts, planServices } from '../manage/service-plan.ts';
import { Supervisor } from '../manage/supervisor.ts';
import { demandUnused } from '../manage/unused-port.ts';

/** Runs the whole stack in the foreground until SIGTERM or SIGINT; resolves with the exit status. */
export async function manage(given: ManageSettings, logLevel: string, logFormat: 'json' | 'pretty'): Promise<number> {
  const problems = engineTransportProblems(given.engineTransport);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const settings = { ...given, hosts: given.hosts.map(listenHost), adminHosts: given.adminHosts.map(listenHost) };
  const say = (line: string) => process.stderr.write(`baleen: ${line}\n`);
  for (const note of settings.notes) say(note);
  for (const host of [...settings.hosts, ...settings.adminHosts]) {
    if (reachableByOthers(host))
      say(`warning: ${host} can be reached from other machines without TLS; whoever reaches it is root on every engine`);
  }
  if (settings.sharedPorts) await Promise.all(settings.hosts.map(demandUnused));
  const ended = Promise.withResolvers<number>();
  process.once('SIGTERM', () => ended.resolve(0));
  process.once('SIGINT', () => ended.resolve(0));
  const giveUp = (why: string) => {
    say(why);
    ended.resolve(1);
  };
  const nats =
    settings.nats === undefined
      ? await startNats(settings, say, giveUp)
      : { url: settings.nats, expectEnd: () => undefined, stop: async () => undefined };
  const printer = logPrinter(logFormat);
  const supervisor = new Supervisor(planServices(settings, nats.url, logLevel), {
    onLines: (lines) => printer.write(lines),
    say,
    onAllStarted: () => void announce(settings, say),
    onFailure: () => ended.resolve(1),
  });
  supervisor.start();
  const status = await ended.promise;
  nats.expectEnd();
  say('stopping');
  await supervisor.stop();
  await nats.stop();
  return status;
}

async function startNats(
  { natsStorage: storage, natsDir: dir, natsListen }: ManageSettings,
  say: (line: string) => void,
  onGivenUp: (why: string) => void,
): Promise<NatsProcess> {
  if (natsListen === undefined || dir === undefined) return NatsProcess.start({ storage, dir, door: undefined, say, onGivenUp });
  const login = keptLogin(dir, systemRandomness);
  const nats = await NatsProcess.start({ storage, dir, door: { ...natsListen, login }, say, onGivenUp });
  const file = keepJoinAddress(dir, natsListen, login);
  say(`agents dial in at ${natsListen.host}:${natsListen.port} without TLS: keep it inside a private network or VPN`);
  say(`on an engine's machine, with a copy of ${file} (it holds the password): baleen join --nats file:///path/to/join-address`);
  return nats;
}

async function announce(settings: ManageSettings, say: (line: string) => void): Promise<void> {
  const each = Array.from({ length: settings.gateways }, (_, index) => gatewayHosts(settings.hosts, index, settings.sharedPorts));
  for (const host of new Set(each.flat())) process.stdout.write(`export DOCKER_HOST=${dockerHost(host)}\n`);
  const first = settings.hosts[0];
  if (settings.gateways === 0 || first === undefined) return;
  try {
    for (const line of reportLines(await fetchSettledEngines(first))) say(line);
  } catch (error) {
    say(`the fleet could not be asked: ${error instanceof Error ? error.message : String(error)}`);
  }
}
