import { errors } from '@nats-io/nats-core';
import { BaleenError } from '#contracts';

/** What a server says of credentials that it does not take; `refused` = not why. */
export type CredentialsRefusal = 'expired' | 'revoked' | 'refused';

/** What the protocol has for it in the place of a code; the client knows the others by class. */
const revoked = 'user authentication revoked';

/** Of what a connection to NATS failed with, or a BaleenError that this caused; `undefined` = it is about something else. */
export function credentialsRefusal(error: unknown): CredentialsRefusal | undefined {
  if (error instanceof errors.UserAuthenticationExpiredError) return 'expired';
  if (error instanceof errors.AuthorizationError) return 'refused';
  if (error instanceof errors.ProtocolError && error.message.toLowerCase() === revoked) return 'revoked';
  return error instanceof BaleenError ? credentialsRefusal(error.cause) : undefined;
}
