import { readFileSync } from 'node:fs';

const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
const external = Object.keys(dependencies);

/**
 * What Node 24 runs as it is. Nest's default, ES2021, makes a call and a WeakMap's look-up of every use of a private member: code that uses
 * them in a loop ran up to 38 times as long (docs/performance.md).
 */
const target = 'es2024';

const withTarget = (rule) => ({
  ...rule,
  use: rule.use.map(({ options, ...loader }) => ({ ...loader, options: { ...options, jsc: { ...options.jsc, target } } })),
});

/**
 * What `nest build` bundles each app with: our own TypeScript in one file, npm packages left outside.
 * Rspack strips types and does not check them: `npm run check:types` does.
 */
export default (base) => ({
  ...base,
  target: 'node20',
  experiments: { outputModule: true },
  externalsType: 'module',
  externals: [
    ({ request }, callback) =>
      external.some((name) => request === name || request.startsWith(`${name}/`)) || request.startsWith('node:')
        ? callback(null, `module ${request}`)
        : callback(),
  ],
  // A bundle is written even when nothing changed in it: its age tells whether a source is newer.
  output: { ...base.output, compareBeforeEmit: false, module: true, chunkFormat: 'module', library: { type: 'module' } },
  // `import.meta.url` is where the bundle lies when it runs, not where the source lay when it was built.
  module: {
    ...base.module,
    rules: base.module.rules.map(withTarget),
    parser: { ...base.module.parser, javascript: { importMeta: false, url: false } },
  },
  optimization: { minimize: false, nodeEnv: false },
});
