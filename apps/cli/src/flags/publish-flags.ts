import { PublishMode, portSpanText } from '#contracts';
import { UsageError } from './usage-error.ts';

/** Where published ports are reached. */
export type PublishSettings = {
  readonly mode: PublishMode;
  /** from-to; `undefined` = the scheduler's default. */
  readonly ports: string | undefined;
};

/** Throws UsageError naming the flag. */
export function publishFlags({ publish, publishPorts }: { publish: string; publishPorts?: string }): PublishSettings {
  const mode = PublishMode.safeParse(publish);
  if (!mode.success) throw new UsageError(`--publish takes auto, gateway or engine, not ${publish}`);
  const span = portSpanText.optional().safeParse(publishPorts);
  if (!span.success) throw new UsageError(`--publish-ports: ${span.error.issues[0]?.message}`);
  return { mode: mode.data, ports: publishPorts };
}
