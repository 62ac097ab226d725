import { credentialsFile } from '#nats-keys';
import { systemClock, systemRandomness } from '#service-shell';
import type { ManageSettings } from '../flags/manage-flags.ts';
import type { Say } from '../manage/speaker.ts';
import type { ServiceNats } from '../services/service-plan.ts';
import { askLog } from './asked-log.ts';
import { DiskWatch } from './disk-watch.ts';
import { NatsProcess } from './nats-process.ts';
import { secureNats } from './nats-security.ts';
import { keptOrderKey, orderKeyPlace } from './order-key-file.ts';

/** The nats-server that `manage` brings, kept running. */
export type OwnNats = {
  readonly ofServices: ServiceNats;
  /** See `NatsProcess.expectEnd`. */
  expectEnd(): void;
  stop(): Promise<void>;
};

export async function startOwnNats(settings: ManageSettings, say: Say, onGivenUp: (why: string) => void): Promise<OwnNats> {
  const { natsStorage: storage, natsDir: dir, natsListen, cluster } = settings;
  const common = { storage, dir, say, onGivenUp };
  // Nobody but this machine reaches it.
  if (natsListen === undefined || dir === undefined) {
    const nats = await NatsProcess.start({ ...common, door: undefined });
    return watched(nats, { url: nats.url, orderKeyFile: ownOrderKey(dir, cluster, say) }, settings, say);
  }
  const { address, ofServices, ...security } = await secureNats(dir, natsListen, cluster);
  const nats = await NatsProcess.start({ ...common, door: { ...natsListen, ...security } });
  say.info(`agents dial in at ${address}, each with a token of its own (baleen join-token --nats-dir ${dir})`);
  return watched(nats, { url: nats.url, ...ofServices }, settings, say);
}

function watched(nats: NatsProcess, ofServices: ServiceNats, { cluster, natsStorage }: ManageSettings, say: Say): OwnNats {
  const { url, caFile = '', keyFolder } = ofServices;
  const access = { url, caFile, credentialsFile: keyFolder === undefined ? '' : credentialsFile(keyFolder, 'operator') };
  const watch = new DiskWatch({
    freeBytes: () => nats.freeBytes(),
    takesWrites: async () => (await askLog(access, cluster, systemClock)).failure === undefined,
    onStuck: () => {
      say.warn('the disk of nats-server was full and has room again, but the server takes no writes since: it is started again');
      void nats.restart();
    },
    clock: systemClock,
  });
  if (natsStorage === 'file') watch.start();
  return {
    ofServices,
    expectEnd() {
      watch.stop();
      nats.expectEnd();
    },
    stop: () => nats.stop(),
  };
}

/** `undefined` = the log has the key, as long as that lasts. */
function ownOrderKey(dir: string | undefined, cluster: string, say: Say): string | undefined {
  // Whoever named a file means it.
  if (process.env['BALEEN_ORDER_KEY_FILE']) return undefined;
  const file = orderKeyPlace(dir, cluster, process.env, process.getuid?.() === 0);
  try {
    keptOrderKey(file, systemRandomness);
    return file;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say.warn(`containers made now are rescheduled until manage ends only, for no key can be kept: ${reason}`);
    return undefined;
  }
}
