/** The name of a container that another stands in for since its engine was lost, once that is back: stopped and kept (ADR 8). Copies count from 1. */
export function replacedName(name: string, copy: number): string {
  return `${name}-replaced-${copy}`;
}

export function isReplacedName(name: string): boolean {
  return /-replaced-\d+$/.test(name);
}
