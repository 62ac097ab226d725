import { FakeDaemon } from './fake-daemon.ts';

/**
 * Fake daemons in a process of their own, so that what the monitor costs is measured alone. Started by `fork` with their number and
 * their containers as arguments; says its addresses, then answers `count` with the requests so far, and makes the first one tell
 * events after `storm <events a second> <seconds>`.
 */
const [engines = 1, containers = 10] = process.argv.slice(2).map(Number);
const daemons = await Promise.all(
  Array.from({ length: engines }, (_, index) => FakeDaemon.open({ name: `fake-${index}`, containers })),
);
process.send?.(daemons.map(({ address }) => address));

process.on('message', (message: string) => {
  const [what, rate = '0', seconds = '0'] = message.split(' ');
  if (what === 'count') process.send?.(daemons.reduce((sum, daemon) => sum + daemon.requests, 0));
  if (what === 'storm') storm(Number(rate), Number(seconds));
});

const tickMs = 20;

/** Says at every moment what is due by then, however late the machine's timers are. */
function storm(rate: number, seconds: number): void {
  const beganMs = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    const elapsed = Math.min(seconds, (performance.now() - beganMs) / 1_000);
    for (; said < elapsed * rate; said++) daemons[0]?.say(said % 2 === 0 ? 'start' : 'die', said % containers);
    if (elapsed === seconds) clearInterval(timer);
  }, tickMs);
}
