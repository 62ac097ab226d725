/** True when the host refuses the route as not served: an engine serves it, so a fleet's 501 is its own. */
export async function isNotServed(url: string, path: string): Promise<boolean> {
  return (await fetch(`${url}${path}`, { method: 'POST' })).status === 501;
}
