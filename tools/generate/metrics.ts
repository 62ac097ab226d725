import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { BaleenError, subjects } from '#contracts';
import { type MetricFamily, metricsText, processMetrics } from '#service-shell';
import { engineIdentity, engineRecord } from '#testing';
import { TestFleet } from '../../apps/api-gateway/src/gateway.builders.ts';
import { RequestCounts } from '../../apps/engine-monitor/src/engine-actor/request-counts.ts';
import { monitorMetrics } from '../../apps/engine-monitor/src/monitor-metrics.ts';
import { schedulerMetrics } from '../../apps/scheduler/src/scheduler-metrics.ts';

type Row = { readonly name: string; readonly type: string; readonly labels: readonly string[]; readonly help: string };

/** `docs/metrics.md` without its note: what the services tell Prometheus, read from their answers. */
export async function metricsDocument(): Promise<string> {
  const ofProcess = rowsOf(metricsText(processMetrics()));
  const shared = new Set(ofProcess.map(({ name }) => name));
  const gateway = rowsOf(await gatewayMetrics()).filter(({ name }) => !shared.has(name));
  return `# Metrics

For Prometheus. A gateway tells \`GET /metrics\` on its operators' listener (\`--admin\`, \`BALEEN_ADMIN_HOSTS\`), the other services on their health port
(\`BALEEN_HEALTH_PORT\`, [config.md](config.md)). What to watch, and what to do about it: [operate.md](guides/operate.md).

## api-gateway

${table(gateway)}
## scheduler

${table(rowsOf(metricsText(ofScheduler())))}
## engine-monitor

${table(rowsOf(metricsText(ofMonitor())))}
## Every service

${table(ofProcess)}`;
}

/** Of a gateway over logs and engines in memory, asked enough for every family to have a sample. */
async function gatewayMetrics(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-metrics-'));
  const engineTlsCaFile = join(folder, 'ca.pem');
  writeFileSync(engineTlsCaFile, rootCertificates[0] ?? '');
  const fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0', publish: 'gateway', engineTlsCaFile });
  try {
    const engine = await fleet.node('node-1');
    const record = engineRecord(engine, {
      state: 'unhealthy',
      identity: engineIdentity('node-1'),
      inventoryAtMs: 1,
      nextRetryAtMs: 1,
    });
    await fleet.put(subjects.engineInfo(engine), record);
    await fleet.container(engine, 'a'.repeat(64), 'web');
    await fleet.onScheduler('place', () => {
      throw new BaleenError('placement/no-engine', 'no engine fits');
    });
    await fleet.ask('GET', '/containers/json?all=1');
    await fleet.ask('POST', '/containers/create', JSON.stringify({ Image: 'busybox' }));
    return await fleet.askAdmin('/metrics');
  } finally {
    await fleet.close();
    rmSync(folder, { recursive: true });
  }
}

function ofScheduler(): MetricFamily[] {
  const nothing = { ledger: { candidates: () => [], openReservations: 0 }, leadership: { term: undefined } };
  return schedulerMetrics(nothing as unknown as Parameters<typeof schedulerMetrics>[0]);
}

function ofMonitor(): MetricFamily[] {
  return monitorMetrics({ owned: [], changes: { taken: 0 } }, new RequestCounts());
}

/** One row a family of the text exposition format; labels as its samples have them, a histogram's `le` left out. Throws where a family has no sample. */
function rowsOf(text: string): Row[] {
  const rows = new Map<string, Row>();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const [, name = '', help = '', type = ''] of text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)) {
    const sample = samples.find((line) => new RegExp(`^${name}(_bucket)?[{ ]`).test(line));
    if (sample === undefined) throw new Error(`${name} has no sample to read its labels from: have gatewayMetrics ask for one`);
    const labels = [...sample.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label).filter((label) => label !== 'le');
    rows.set(name, { name, help, type, labels });
  }
  return [...rows.values()];
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, type, labels, help }) => {
    const shown = labels.map((label) => `\`${label}\``).join(' ') || '–';
    return `| \`${name}\` | ${type} | ${shown} | ${help} |`;
  });
  return `| metric | type | labels | meaning |\n|---|---|---|---|\n${lines.join('\n')}\n`;
}
