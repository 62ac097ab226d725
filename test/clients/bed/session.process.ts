/**
 * One session of Testcontainers, as a test run of its own: a network, a server known by an alias, a client beside it, a volume, and a
 * container whose start fails. Prints `greeted <node of the server>` once all of it has worked, then ends without stopping anything:
 * cleaning up is the reaper's.
 */
import { GenericContainer, Network, Wait } from 'testcontainers';
import { DockerApi } from '../../e2e/clients/docker-api.ts';

const serve = 'mkdir -p /www; echo hello >/www/index.html; exec httpd -f -p 8080 -h /www';
const network = await new Network().start();
const server = await new GenericContainer('busybox')
  .withCommand(['sh', '-c', serve])
  .withExposedPorts(8080)
  .withNetwork(network)
  .withNetworkAliases('server')
  .withWaitStrategy(Wait.forHttp('/', 8080))
  .start();
const client = await new GenericContainer('busybox').withCommand(['sleep', '600']).withNetwork(network).start();

const { output } = await client.exec(['wget', '-qO-', 'http://server:8080/']);
if (output !== 'hello\n') throw new Error(`the alias answered ${JSON.stringify(output)}`);
const answer = await fetch(`http://${server.getHost()}:${server.getMappedPort(8080)}/`);
if ((await answer.text()) !== 'hello\n') throw new Error('the published port answered something else');

const failed = await new GenericContainer('busybox')
  .withCommand(['sleep', '600'])
  .withHealthCheck({ test: ['CMD-SHELL', 'false'], interval: 200, timeout: 2_000, retries: 1 })
  .withWaitStrategy(Wait.forHealthCheck())
  .start()
  .then(
    () => false,
    () => true,
  );
if (!failed) throw new Error('a container without health counts as started');

const api = new DockerApi((process.env['DOCKER_HOST'] ?? '').replace(/^tcp/, 'http'));
const { Node } = (await api.wanted('GET', `/containers/${server.getId()}/json`)) as { Node?: { Name: string } };
process.stdout.write(`greeted ${Node?.Name}\n`);
// Without a word to anyone, as a run that was cancelled: sockets close with the process.
process.kill(process.pid, 'SIGKILL');
