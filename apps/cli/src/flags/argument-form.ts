/**
 * Classic took `-flag` as well as `--flag` (spec 1.1); commander reads `-flag` as five short flags.
 * Rewrites single-dash long names that are known, up to a `--`.
 */
export function normaliseArguments(argv: readonly string[], longFlags: ReadonlySet<string>): string[] {
  const end = argv.indexOf('--');
  return argv.map((argument, index) => {
    if (end >= 0 && index >= end) return argument;
    const match = /^-([a-z][a-z-]+)(=.*)?$/s.exec(argument);
    return match?.[1] !== undefined && longFlags.has(`--${match[1]}`) ? `-${argument}` : argument;
  });
}
