import { expect, it } from 'vitest';
import { metricsText } from './metrics-text.ts';

it('writes families as Prometheus reads them, whatever a label says', () => {
  const families = [
    { name: 'a_total', type: 'counter', help: 'Counts.', samples: [{ labels: {}, value: 3 }] },
    { name: 'b', type: 'gauge', help: 'Odd.', samples: [{ labels: { reason: 'said "no"\nat C:\\x', node: 'n' }, value: 0.5 }] },
  ] as const;
  expect(metricsText(families)).toBe(
    [
      '# HELP a_total Counts.',
      '# TYPE a_total counter',
      'a_total 3',
      '# HELP b Odd.',
      '# TYPE b gauge',
      'b{reason="said \\"no\\"\\nat C:\\\\x",node="n"} 0.5',
      '',
    ].join('\n'),
  );
});
