/** An address to dial for one that was listened on: all interfaces means this machine. */
export function dialable(host: string): string {
  return host === '' || host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1');
}
