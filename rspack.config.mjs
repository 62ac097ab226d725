import { createRequire, isBuiltin } from 'node:module';

/**
 * npm packages that stay outside of the bundles: some find parts of their own by path, for worker threads or native code, the others most processes never
 * load. Bundling all others saves a start two thirds of its CPU: it would read a thousand files.
 */
export const outside = ['dockerode', 'node-zookeeper-client', 'pino', 'pino-pretty'];
/** Transports and adapters that Nest asks for by name only where an app uses them; none of ours does, and none is installed. */
const absent =
  /^(@grpc\/|@nestjs\/(platform-|websockets|cqrs)|amqp|cache-manager|class-(transformer|validator)|ioredis|kafkajs|mqtt|nats$)/;

/**
 * What Node 24 runs as it is. Nest's default, ES2021, makes a call and a WeakMap's look-up of every use of a private member: code that uses
 * them in a loop ran up to 38 times as long (docs/performance.md).
 */
const target = 'es2024';

const ownCode = (rule) => ({
  ...rule,
  // No module of ours does anything but define: what nobody uses stays out, with the packages that only it needs.
  sideEffects: false,
  use: rule.use.map(({ options, ...loader }) => ({ ...loader, options: { ...options, jsc: { ...options.jsc, target } } })),
});

/**
 * Comments and blanks go, names stay, so that a stack says where. Some character beyond Latin-1 made V8 keep 5 MB of source as 11: a start took a fifth
 * more of CPU, and each process 6 to 20 MiB.
 */
const withoutComments = () => {
  // Not imported: the image asks this file for what is outside, where no builder is installed.
  const { SwcJsMinimizerRspackPlugin } = createRequire(import.meta.url)('@rspack/core');
  return new SwcJsMinimizerRspackPlugin({
    extractComments: false,
    minimizerOptions: { compress: false, mangle: false, format: { ascii_only: true, comments: 'some' } },
  });
};

const isOutside = (request) =>
  isBuiltin(request) || absent.test(request) || outside.some((name) => request === name || request.startsWith(`${name}/`));

/**
 * What `nest build` bundles each app with: one file with our own TypeScript and most npm packages.
 * Rspack strips types and does not check them: `npm run check:types` does.
 */
export default (base) => ({
  ...base,
  target: 'node20',
  experiments: { outputModule: true },
  externals: [
    // All of it is CommonJS. Imported, Node would read each of its members beforehand, and one of `http`'s loads a fifth of a second of undici; required,
    // it is also loaded only once somebody asks.
    ({ request }, callback) => (isOutside(request) ? callback(null, `node-commonjs ${request}`) : callback()),
  ],
  // A bundle is written even when nothing changed in it: its age tells whether a source is newer.
  output: { ...base.output, compareBeforeEmit: false, module: true, chunkFormat: 'module', library: { type: 'module' } },
  // `import.meta.url` is where the bundle lies when it runs, not where the source lay when it was built.
  module: {
    ...base.module,
    rules: base.module.rules.map(ownCode),
    parser: { ...base.module.parser, javascript: { importMeta: false, url: false } },
  },
  optimization: {
    // A third of the code, and of the CPU of a start, was of modules that an index names and the app does not use.
    sideEffects: true,
    providedExports: true,
    usedExports: true,
    // One scope for all of it: a call into another module is a call, not a look-up on its namespace.
    concatenateModules: true,
    minimize: true,
    minimizer: [withoutComments()],
    nodeEnv: false,
  },
});
