import { expect, it } from 'vitest';
import { labels } from '#contracts';
import { withConstraints } from './scheduling-keys.ts';

const with2 = (body: object) => JSON.parse(withConstraints(Buffer.from(JSON.stringify(body)), ['zone==a', 'gpu==b']).toString());

it('constraints come behind those of the label, whatever else the body says', () => {
  const given = { Image: 'i', Labels: { own: 'x', [labels.constraints]: '["disk==ssd"]' } };
  expect(with2(given)).toEqual({ Image: 'i', Labels: { own: 'x', [labels.constraints]: '["disk==ssd","zone==a","gpu==b"]' } });
});

it.each([{}, { Labels: null }, { labels: {} }, { Labels: { [labels.constraints]: 'no list' } }])(
  'a body of %j, which has no constraints, has these afterwards',
  (body) => expect(with2(body)).toEqual({ Labels: { [labels.constraints]: '["zone==a","gpu==b"]' } }),
);

it('a body stays as it is where there are none', () => {
  const bytes = Buffer.from('{ "Image": "i" }');
  expect(withConstraints(bytes, [])).toBe(bytes);
});
