import { pathToFileURL } from 'node:url';
import { serviceEntry } from '../manage/service-process.ts';

/** Runs one service in this process, in the foreground: its configuration is the environment, flags included. */
export async function runSingleService(app: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const [key, value] of Object.entries(env)) if (value !== undefined) process.env[key] = value;
  await import(/* webpackIgnore: true */ pathToFileURL(serviceEntry(app)).href);
}
