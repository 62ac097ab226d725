import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operationOf } from '#docker-api';
import { gatewayConfigSchema } from '../../apps/api-gateway/src/api-gateway-config.ts';
import { Router } from '../../apps/api-gateway/src/http/router.ts';
import { allRoutes } from '../../apps/api-gateway/src/routes/all-routes.ts';
import { readApiHistory } from '../../tools/generate/api-fields.ts';

const rows = readApiHistory(readFileSync(new URL('../../tools/generate/api-history.txt', import.meta.url), 'utf8'));
// Routes are only looked at: of what they would work with, only the configuration is there.
const router = new Router(allRoutes({ fleet: { config: gatewayConfigSchema.parse({}) } } as never));

describe('the history of the API', () => {
  it.each([...new Set(rows.map(({ operation }) => operation))])('is of routes that the gateway has: %s', (operation) => {
    const [method = '', path = ''] = operation.split(' ');
    const route = router.match(method, path.replaceAll(/\{\w+\}/g, 'x'))?.route;
    expect(route && operationOf(route.method, route.path)).toBe(operationOf(method, path));
  });

  it('names the line that is none of its forms', () => {
    expect(() => readApiHistory('v1.50\nPOST /build')).toThrow('not a row: POST /build');
    expect(() => readApiHistory('POST /build ?q')).toThrow('not a row');
  });
});
