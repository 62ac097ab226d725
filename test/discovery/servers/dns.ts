import { Resolver } from 'node:dns/promises';
import { writeFile } from 'node:fs/promises';
import { freePorts } from './free-ports.ts';
import { ServerProcess } from './server-process.ts';

export type TestDns = {
  /** `127.0.0.1:port`. */
  readonly server: string;
  /** The zone becomes exactly these lines of dnsmasq's configuration. */
  readonly serve: (lines: readonly string[]) => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A dnsmasq that knows the names it is told and no others. It reads its zone at the start only, so a change is a restart. */
export async function startDns(): Promise<TestDns> {
  const [port = 0] = await freePorts(1);
  const server = `127.0.0.1:${port}`;
  let zone = '';
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([server]);
  const dnsmasq = await ServerProcess.start(async (dir) => {
    zone = `${dir}/zone.conf`;
    await writeFile(zone, '');
    const only = ['--no-resolv', '--no-hosts', '--no-daemon', '--user=root', '--local=/test/', '--cache-size=0'];
    const where = [`--port=${port}`, '--listen-address=127.0.0.1', '--bind-interfaces', `--conf-file=${zone}`];
    const probe = '--host-record=up.test,127.0.0.9';
    return {
      program: 'dnsmasq',
      args: [...only, ...where, probe],
      isReady: async () => (await resolver.resolve4('up.test')).includes('127.0.0.9'),
    };
  });
  return {
    server,
    serve: async (lines) => {
      await writeFile(zone, lines.map((line) => `${line}\n`).join(''));
      await dnsmasq.kill();
      await dnsmasq.start();
    },
    kill: () => dnsmasq.kill(),
    start: () => dnsmasq.start(),
    stop: () => dnsmasq.stop(),
  };
}
