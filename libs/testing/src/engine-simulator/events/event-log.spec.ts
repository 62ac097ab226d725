import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../manual-clock.ts';
import { eventFilter } from './event-filter.ts';
import { EventLog } from './event-log.ts';
import { eventLine, type Happening, type ToldEvent } from './happening.ts';

const start: Happening = {
  type: 'container',
  action: 'start',
  id: 'a1',
  attributes: { name: 'web', image: 'app', b: '2', a: '1' },
  from: 'app',
};

describe('the events of an engine', () => {
  it('rise in time, however many happen at once', () => {
    const log = new EventLog(new ManualClock());
    for (let count = 0; count < 5; count++) log.tell(start);
    const times = log.since(0n).map(({ timeNano }) => timeNano);
    expect(times).toEqual([...times].sort((one, other) => (one < other ? -1 : 1)));
    expect(new Set(times).size).toBe(5);
  });

  it('are remembered as far as a daemon does, and not past its end', () => {
    const log = new EventLog(new ManualClock());
    for (let count = 0; count < 1_000; count++) log.tell({ ...start, id: String(count) });
    const remembered = log.since(0n).map(({ happening }) => happening.id);
    expect([remembered.length, remembered[0], remembered.at(-1)]).toEqual([256, '744', '999']);
    log.forget();
    expect(log.since(0n)).toEqual([]);
  });

  it('reach who listens until they stop', () => {
    const log = new EventLog(new ManualClock());
    const heard: ToldEvent[] = [];
    const stop = log.listen((event) => heard.push(event));
    log.tell(start);
    stop();
    log.tell(start);
    expect(heard).toHaveLength(1);
    expect(log.listeners).toBe(0);
  });

  it('are said as daemons say them', () => {
    const line = eventLine(start, 1_795_912_217_606_797_336n);
    expect(line).toBe(
      '{"status":"start","id":"a1","from":"app","Type":"container","Action":"start","Actor":{"ID":"a1","Attributes":{"a":"1","b":"2","image":"app","name":"web"}},"scope":"local","time":1795912217,"timeNano":1795912217606797336}\n',
    );
  });

  it.each([
    ['{"type":["container"]}', true],
    ['{"type":["network"]}', false],
    ['{"event":["start","die"]}', true],
    ['{"container":["web"]}', true],
    ['{"container":["other"]}', false],
    ['{"label":["a=1"]}', true],
    ['{"label":["a=2"]}', false],
    ['{"image":["app"]}', true],
    [null, true],
  ])('are chosen by %s: %s', (filters, isWanted) => {
    expect(eventFilter(filters)(start)).toBe(isWanted);
  });
});
