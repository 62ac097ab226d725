import { tokenDigest } from '#access';
import { type EndpointConfig, type ListenAddress, listenAddresses } from '#endpoint';
import { passedDescriptors, systemRandomness } from '#service-shell';
import { readPolicyFile } from '../commands/policy.command.ts';
import type { LogFormat } from '../flags/log-flags.ts';
import type { ManageSettings } from '../flags/manage-flags.ts';
import { UsageError } from '../flags/usage-error.ts';
import { checkedEndpoint } from '../listening/checked-endpoint.ts';
import { claimAddress } from '../listening/claimed-address.ts';
import { dockerHost, listenHost } from '../listening/listen-hosts.ts';
import { OwnSocket } from '../listening/own-socket.ts';
import { startOwnNats } from '../nats/own-nats.ts';
import { logPrinter } from '../services/log-printer.ts';
import { gatewayHosts, planServices, withHealthPorts } from '../services/service-plan.ts';
import { Supervisor } from '../services/supervisor.ts';
import { reportLines } from './fleet-report.ts';
import { listFileProblem, listFileProblems } from './list-file.ts';
import { exportLines, readiness } from './readiness.ts';
import { settledNodes } from './settled-nodes.ts';
import { type Speaker, speaker } from './speaker.ts';
import { waysToEnginesProblems } from './ways-to-engines.ts';

/** Runs the whole stack in the foreground until SIGTERM or SIGINT; resolves with the exit status. With `check` it ends before it starts anything. */
export async function manage(given: ManageSettings, logLevel: string, logFormat: LogFormat): Promise<number> {
  const { settings, endpoint, token } = checked(given);
  for (const address of everyListener(settings)) await claimAddress(address);
  if (settings.check) {
    const listProblems = listFileProblems(settings);
    if (listProblems.length > 0) throw new UsageError(listProblems.join('\n'));
    process.stdout.write('the settings are right and the addresses free\n');
    return 0;
  }
  const printer = await logPrinter(logFormat);
  const { say, sayReady } = speaker(logFormat, printer, process.stderr);
  for (const note of settings.notes) say.info(note);
  const listProblem = listFileProblem(settings);
  // Whoever writes it may only be about to: discovery goes on looking.
  if (listProblem !== undefined) say.warn(`${listProblem}: none of its engines is in the fleet until it is there`);
  if (endpoint.warning !== undefined) say.warn(endpoint.warning);
  const ended = Promise.withResolvers<number>();
  process.once('SIGTERM', () => ended.resolve(0));
  process.once('SIGINT', () => ended.resolve(0));
  const giveUp = (why: string) => {
    say.error(why);
    ended.resolve(1);
  };
  const nats =
    settings.nats === undefined
      ? await startOwnNats(settings, say, giveUp)
      : {
          ofServices: { url: settings.nats, keyFolder: settings.natsKeys },
          expectEnd: () => undefined,
          stop: async () => undefined,
        };
  const isTls = endpoint.config.tls !== 'off';
  // Our own certificate need not be one that its own listener takes from a client.
  const ownSocket = isTls ? OwnSocket.make() : undefined;
  const plans = planServices(settings, nats.ofServices, logLevel, ownSocket?.path);
  const supervisor = new Supervisor(withHealthPorts(plans, process.env.BALEEN_HEALTH_PORT), {
    onLines: (lines) => printer.write(lines),
    say,
    onAllStarted: () => {
      for (const line of exportLines(settings, endpoint.config)) process.stdout.write(`${line}\n`);
      void announce(settings, endpoint.config, { ownSocket, token }, { say, sayReady });
    },
    onFailure: () => ended.resolve(1),
  });
  supervisor.start();
  const status = await ended.promise;
  nats.expectEnd();
  say.info('stopping');
  await supervisor.stop();
  await nats.stop();
  ownSocket?.remove();
  return status;
}

/** What the processes will be told. Throws UsageError for what would keep one of them from its work. */
function checked(given: ManageSettings) {
  const addressed = (hosts: readonly string[]) => listenAddresses(hosts.map(listenHost), passedDescriptors());
  const [hosts, adminHosts] = [addressed(given.hosts), addressed(given.adminHosts)];
  const endpoint = checkedEndpoint(given.endpoint, [...hosts, ...adminHosts], process.env);
  // After the endpoint, whose files are the engines' too where no flag says otherwise.
  const problems = waysToEnginesProblems(given.engineTransport);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const policy = endpoint.config.policy;
  if (policy !== undefined) readPolicyFile(policy);
  // Under a policy we have to say who we are, too.
  const token = policy === undefined ? undefined : systemRandomness.hex(32);
  const settings: ManageSettings = {
    ...given,
    endpoint: { ...given.endpoint, supervisorToken: token && tokenDigest(token) },
    hosts: hosts.map(({ text }) => text),
    adminHosts: adminHosts.map(({ text }) => text),
  };
  return { settings, endpoint, token };
}

function everyListener({ hosts, adminHosts, gateways, sharedPorts }: ManageSettings): ListenAddress[] {
  const texts = Array.from({ length: gateways }, (_, index) => [
    ...gatewayHosts(hosts, index, sharedPorts),
    ...gatewayHosts(adminHosts, index, false),
  ]);
  return listenAddresses([...new Set(texts.flat())], passedDescriptors());
}

/** Ends the start: which engines answer, and then all that the operator needs, in one place. */
async function announce(
  settings: ManageSettings,
  endpoint: EndpointConfig,
  asking: { readonly ownSocket: OwnSocket | undefined; readonly token: string | undefined },
  { say, sayReady }: Speaker,
): Promise<void> {
  const [first] = settings.hosts;
  if (settings.gateways === 0 || first === undefined) return;
  const ready = readiness(settings, endpoint);
  try {
    const host = asking.ownSocket === undefined ? dockerHost(first) : `unix://${asking.ownSocket.path}`;
    for (const line of reportLines(await settledNodes({ host, token: asking.token }), ready.adding)) say.info(line);
  } catch (error) {
    say.warn(`the fleet could not be asked: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (endpoint.tls === 'verify')
    say.info(
      `clients need DOCKER_CERT_PATH: a folder with ca.pem, and cert.pem and key.pem that a CA in ${endpoint.tlsCaFile} signed`,
    );
  sayReady(ready);
}
