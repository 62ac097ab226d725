import { fileURLToPath } from 'node:url';
import { HtmlRspackPlugin } from '@rspack/core';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The page: one script and one style sheet with all they need, named by their content, and the HTML that names them. Of Nest's own settings none
 * fits a browser.
 */
export default () => ({
  mode: 'production',
  target: ['web', 'es2023'],
  entry: here('src/main.tsx'),
  devtool: false,
  externals: [],
  externalsPresets: {},
  experiments: {},
  output: {
    path: here('../../dist/apps/dashboard'),
    publicPath: '/assets/',
    filename: '[name].[contenthash:12].js',
    cssFilename: '[name].[contenthash:12].css',
    clean: true,
    // A file is written even when nothing changed in it: its age tells whether a source is newer (tools/bootstrap/build.mjs).
    compareBeforeEmit: false,
  },
  resolve: { extensions: ['.tsx', '.ts', '.js'] },
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        loader: 'builtin:swc-loader',
        options: {
          jsc: {
            target: 'es2023',
            parser: { syntax: 'typescript', tsx: true },
            transform: { react: { runtime: 'automatic', importSource: 'preact' } },
          },
        },
      },
      { test: /\.css$/, type: 'css' },
    ],
  },
  plugins: [
    new HtmlRspackPlugin({
      template: here('src/index.html'),
      favicon: here('src/mark.svg'),
      scriptLoading: 'module',
      inject: 'head',
    }),
  ],
  // One script for one page; its size is watched by test/e2e/dashboard/real-engines.spec.ts.
  performance: { hints: false },
});
