import { signal } from '@preact/signals';

/** In this tab until it is closed: neither other tabs nor the disk have it. */
const storageKey = 'baleen-token';

/** The gateway's word on why it wants to know who asks; `undefined` = it does not, or knows. */
export const signInReason = signal<string | undefined>(undefined);
/** Rises whenever who watches may be somebody else: what runs in the name of the one before ends. */
export const sessionNumber = signal(0);

export function hasToken(): boolean {
  return sessionStorage.getItem(storageKey) !== null;
}

/** The header of every request; nowhere else does the token go. */
export function authorization(): Readonly<Record<string, string>> {
  const token = sessionStorage.getItem(storageKey);
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

export function signIn(token: string): void {
  sessionStorage.setItem(storageKey, token);
  begin();
}

export function signOut(): void {
  sessionStorage.removeItem(storageKey);
  begin();
}

/** The gateway does not know who asks. */
export function askWho(reason: string): void {
  signInReason.value = reason;
}

function begin(): void {
  signInReason.value = undefined;
  sessionNumber.value += 1;
}
