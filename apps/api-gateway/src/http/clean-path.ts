/**
 * The path without empty, `.` and `..` segments, a slash at its end kept. They name nothing in the Docker API: engines send a client
 * that used them to the clean path (301); passed on to an engine they would name something else. No dot is escaped (`plainPath`).
 */
export function cleanPath(path: string): string {
  if (!/\/\/|\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const hasEndSlash = segments.at(-1) === '' && kept.length > 0;
  return `/${kept.join('/')}${hasEndSlash ? '/' : ''}`;
}
