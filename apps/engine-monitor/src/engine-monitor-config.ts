import { z } from 'zod';
import { engineTransportConfigShape } from '#docker-api';
import { processConfigShape } from '#service-shell';
import { defaultEngineSettings } from './engine-actor/engine-settings.ts';

const ms = (least: number, fallback: number) => z.coerce.number().int().min(least).default(fallback);

/** Configuration of a monitor, on top of what every process is told. */
export const engineMonitorConfigSchema = z
  .object({
    ...processConfigShape,
    agentEngine: z
      .string()
      .default('')
      .describe(
        'The daemon of this machine, as in unix:///var/run/docker.sock: the monitor is its agent (`baleen join --token`); empty = a monitor',
      ),
    agentAddress: z
      .string()
      .default('')
      .describe('IP address that an agent shows published ports of its engine at; empty = the first one of this machine'),
    stateDir: z.string().min(1).default('/var/lib/baleen').describe('Folder in which an agent keeps its identity'),
    ...engineTransportConfigShape,
    engineRefreshMinMs: ms(1, defaultEngineSettings.refreshMinMs).describe(
      'Least time between two full readings of an engine, ms',
    ),
    engineRefreshMaxMs: ms(1, defaultEngineSettings.refreshMaxMs).describe(
      'Most time between two full readings of an engine, ms',
    ),
    engineFailureRetry: z.coerce
      .number()
      .int()
      .min(1)
      .default(defaultEngineSettings.failureLimit)
      .describe('Failures in a row that make an engine unhealthy'),
    probeIntervalMs: ms(100, defaultEngineSettings.probeIntervalMs).describe(
      'Rest between two health questions to an engine that answers, ms',
    ),
    probeTimeoutMs: ms(100, defaultEngineSettings.probeTimeoutMs).describe('How long an engine may take to answer one, ms'),
    retryMaxMs: ms(100, defaultEngineSettings.retryMaxMs).describe('Longest rest between attempts on an engine that is away, ms'),
    leaseTtlMs: ms(1_000, 5_000).describe('Other monitors take over the engines this long after this one died, ms'),
  })
  .refine((config) => config.engineRefreshMaxMs >= config.engineRefreshMinMs, {
    path: ['engineRefreshMaxMs'],
    message: 'max refresh interval cannot be less than min refresh interval',
  });
export type MonitorConfig = z.infer<typeof engineMonitorConfigSchema>;
