import { UsageError } from '../flags/usage-error.ts';

/** A gateway is there, but does not answer this, or not to whoever asks so. */
export class GatewayRefusal extends UsageError {}
