import { pathToFileURL } from 'node:url';
import { serviceEntry } from './service-process.ts';

/** What a service is told; `undefined` = what our own environment says. */
export type ServiceEnvironment = Readonly<Record<string, string | undefined>>;

/** Runs one service in this process, in the foreground: its configuration is the environment, flags included. */
export async function runSingleService(app: string, env: ServiceEnvironment): Promise<void> {
  for (const [key, value] of Object.entries(env)) if (value !== undefined) process.env[key] = value;
  await import(/* webpackIgnore: true */ pathToFileURL(serviceEntry(app)).href);
}
