import { expect, it } from 'vitest';
import { passedDescriptors } from './passed-descriptors.ts';

it.each([
  [{ LISTEN_FDS: '2', LISTEN_PID: '7' }, [3, 4]],
  [{ LISTEN_FDS: '2', LISTEN_PID: '8' }, []],
  [{ LISTEN_FDS: '2' }, []],
  [{ LISTEN_FDS: 'two', LISTEN_PID: '7' }, []],
  [{}, []],
])('%j passes the descriptors %j to process 7', (env, descriptors) => {
  expect(passedDescriptors(env, 7)).toEqual(descriptors);
});
