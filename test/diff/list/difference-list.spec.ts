import { expect, it } from 'vitest';
import { judge, parseDifferenceList } from './difference-list.ts';

const table = `
| id | request | where | fleet | engines | reason |
|---|---|---|---|---|---|
| \`D1\` | \`GET /containers/*/json\` | \`body $.Node\` | one three | new | the node it runs on |
| \`D2\` | \`GET *\` \`HEAD *\` | \`header Server\` | three | old new | says \\| who answers |
`;
const difference = { request: 'GET /containers/web/json', field: 'body $.Node', bare: 'absent', baleen: '{}' };

it('reads rows with several set-ups and a bar in a cell', () => {
  const [first, second] = parseDifferenceList(table);
  expect(first).toMatchObject({ id: 'D1', requests: ['GET /containers/*/json'], fleets: ['one', 'three'], engines: ['new'] });
  expect(second?.requests).toEqual(['GET *', 'HEAD *']);
  expect(second?.reason).toBe('says | who answers');
});

it('refuses a row without a reason, with an unknown set-up, or with an id that is taken', () => {
  expect(() => parseDifferenceList('| `D1` | `a` | `b` | one | new |  |')).toThrow('a reason');
  expect(() => parseDifferenceList('| `D1` | `a` | `b` | two | new | r |')).toThrow("'two' is none of one, three");
  expect(() => parseDifferenceList(`${table}${table}`)).toThrow('D1 twice');
});

it('names what is not listed for a set-up, and what is listed and not found', () => {
  const list = parseDifferenceList(table);
  const listed = judge([difference], list, { fleet: 'one', engines: 'new' });
  expect(listed).toEqual({ unlisted: [], stale: [] });
  const elsewhere = judge([difference], list, { fleet: 'three', engines: 'old' });
  expect(elsewhere.unlisted).toEqual([difference]);
  expect(elsewhere.stale.map(({ id }) => id)).toEqual(['D2']);
});
