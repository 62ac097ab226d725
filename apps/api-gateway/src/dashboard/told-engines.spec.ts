import { expect, it } from 'vitest';
import type { EngineSummary } from '#contracts';
import { ToldEngines } from './told-engines.ts';

const summary = (key: string, running = 0) => ({ key, running }) as EngineSummary;

it('tells an engine that changed often once, as it is then, and not at all when it looks as before', () => {
  const told = new ToldEngines();
  told.mark(['a', 'a', 'b']);
  expect(told.news((key) => summary(key)).changed).toHaveLength(2);
  told.mark(['a', 'b']);
  expect(told.news((key) => summary(key, key === 'a' ? 1 : 0))).toEqual({ changed: ['{"key":"a","running":1}'], gone: [] });
  expect(told.whole()).toEqual(['{"key":"a","running":1}', '{"key":"b","running":0}']);
});

it('tells once that one is gone, and nothing of one that nobody knew', () => {
  const told = new ToldEngines();
  told.mark(['a']);
  told.news((key) => summary(key));
  told.mark(['a', 'stranger']);
  expect(told.news(() => undefined)).toEqual({ changed: [], gone: ['a'] });
  told.mark(['a']);
  expect(told.news(() => undefined)).toEqual({ changed: [], gone: [] });
});

it('tells a storm in parts', () => {
  const told = new ToldEngines();
  told.mark(Array.from({ length: 600 }, (_, index) => `engine-${index}`));
  const sizes = [1, 2, 3, 4].map(() => told.news((key) => summary(key)).changed.length);
  expect(sizes).toEqual([250, 250, 100, 0]);
});
