import { hash } from 'node:crypto';

/** 64 hex digits that the parts determine, as a daemon's ids look. */
export function idFrom(...parts: readonly (string | number)[]): string {
  return hash('sha256', parts.join('/'));
}

/** Another id of the same object (endpoint, sandbox, layer): the first one turned by so many digits. Costs nothing, never the same twice. */
export function kinOf(id: string, digits: number): string {
  return id.slice(digits) + id.slice(0, digits);
}

/** A locally administered MAC address of the object with this id. */
export function macOf(id: string): string {
  return `02:${id.slice(0, 2)}:${id.slice(2, 4)}:${id.slice(4, 6)}:${id.slice(6, 8)}:${id.slice(8, 10)}`;
}
