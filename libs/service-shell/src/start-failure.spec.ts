import { describe, expect, it } from 'vitest';
import { BaleenError } from '#contracts';
import { ConfigError } from './config.ts';
import { serveHealth } from './health.ts';
import { startFailure } from './start-failure.ts';

describe('a service that does not start', () => {
  it.each([
    [new ConfigError(['BALEEN_A: wrong', 'BALEEN_B: wrong']), 78, ['BALEEN_A: wrong', 'BALEEN_B: wrong']],
    [new BaleenError('config/invalid', 'cannot listen there: use another port'), 78, ['cannot listen there: use another port']],
    [
      new BaleenError('cluster/unavailable', 'no nats-server answers at 10.0.0.2:4222'),
      1,
      [expect.stringMatching(/^no nats-server answers at 10\.0\.0\.2:4222\. Start .*--nats/)],
    ],
  ])('for %s ends with status %i and says what to do', (error, status, problems) => {
    expect(startFailure(error)).toEqual({ status, problems });
  });

  it('for a defect has its stack told', () => {
    expect(startFailure(new TypeError('x is not a function'))).toBeUndefined();
  });

  it('for a port of its health that is taken names the setting', async () => {
    const first = await serveHealth('127.0.0.1', 0, () => undefined);
    const refused = await serveHealth('127.0.0.1', first.port, () => undefined).catch(startFailure);
    await first.close();
    const problem = new RegExp(`^BALEEN_HEALTH_PORT: .*in use 127\\.0\\.0\\.1:${first.port}`);
    expect(refused).toEqual({ status: 78, problems: [expect.stringMatching(problem)] });
  });
});
