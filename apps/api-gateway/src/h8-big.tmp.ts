import { TestFleet, idOf } from '/work/main/apps/api-gateway/src/gateway.builders.ts';
const f = await TestFleet.open();
const a = await f.node('node-1');
const pad = 'x'.repeat(1200);
const n = 20000;
for (let i = 0; i < n; i++) void f.container(a, idOf(i.toString(16).padStart(6, '0')), 'c' + i, {}, { Pad: pad, Labels: {}, Mounts: [], Command: 's', Created: 1, NetworkSettings: {}, HostConfig: {} });
await f.list('/containers/json?limit=1');
for (let r = 0; r < 3; r++) { const t = performance.now(); const x = await f.ask('GET', '/containers/json?all=1'); console.log(x.text.length, Math.round(performance.now() - t), 'ms'); }
console.log(Math.round(process.memoryUsage().rss / 1e6), 'MB');
await f.close();
