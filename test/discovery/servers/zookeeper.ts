import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import zookeeper, { type Client } from 'node-zookeeper-client';
import { systemClock } from '#service-shell';
import { ZkSession } from '../../../libs/discovery-sources/src/stores/zk-session.ts';
import { stores } from '../../../tools/bootstrap/stores.mjs';
import type { TestStore } from '../conformance/test-store.ts';
import { freePorts } from './free-ports.ts';
import { ServerProcess } from './server-process.ts';

/** A single ZooKeeper server with its data on disk. */
export async function startZookeeper(): Promise<TestStore> {
  const [port = 0] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const server = await ServerProcess.start(async (dir) => {
    const config = { tickTime: 500, dataDir: `${dir}/data`, clientPort: port, clientPortAddress: '127.0.0.1' };
    const rest = { 'admin.enableServer': false };
    const lines = Object.entries({ ...config, ...rest }).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(`${dir}/zoo.cfg`, lines.join(''));
    const jvm = ['-Xmx96m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', stores().zookeeperClassPath];
    return {
      program: 'java',
      args: [...jvm, 'org.apache.zookeeper.server.ZooKeeperServerMain', `${dir}/zoo.cfg`],
      isReady: () => hasSession(address),
    };
  });
  return {
    argument: (prefix) => `zk://${address}${prefix}`,
    address,
    options: [],
    put: (path, value) =>
      withClient(address, async (client) => {
        const mkdirp = promisify<string, Buffer, string>(client.mkdirp.bind(client));
        const setData = promisify<string, Buffer, unknown>(client.setData.bind(client));
        await mkdirp(`/${path}`, Buffer.from(value));
        await setData(`/${path}`, Buffer.from(value));
      }),
    remove: (path) =>
      withClient(address, (client) =>
        promisify<string, void>((name, done) => client.remove(name, (error) => done(error)))(`/${path}`),
      ),
    kill: () => server.kill(),
    start: () => server.start(),
    stop: () => server.stop(),
  };
}

/** A connection a change: one that lives through a kill would keep the test's process. */
async function withClient(address: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = zookeeper.createClient(address);
  await new Promise<void>((resolve) => {
    client.once('connected', resolve);
    client.connect();
  });
  await use(client);
  client.close();
}

/** A server that accepts connections may not serve yet. */
async function hasSession(address: string): Promise<boolean> {
  (await ZkSession.open([address], systemClock)).close();
  return true;
}
