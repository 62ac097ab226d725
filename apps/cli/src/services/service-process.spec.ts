import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nodeOptions } from './service-process.ts';

const dockerfile = readFileSync(new URL('../../../../Dockerfile', import.meta.url), 'utf8');

it('starts services as the image does', () => {
  expect(dockerfile).toContain(`ENTRYPOINT ${JSON.stringify(['node', ...nodeOptions]).replaceAll(',', ', ')}\n`);
});
