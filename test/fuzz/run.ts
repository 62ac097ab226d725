import { addressOf, DiffBed } from '../diff/hosts.ts';
import { fuzz } from './fuzz.ts';
import { leaks } from './verdict/leaks.ts';

/**
 * `npm run test:fuzz [-- --seed=N --requests=N --engines=new|old]`: random requests at a bare engine and at Baleen over three. A seed
 * gives the same requests again. Ends with 1 when there are faults.
 */
const given = new Map(process.argv.slice(2).map((word) => word.replace(/^--/, '').split('=') as [string, string]));
const seed = Number(given.get('seed') ?? Math.floor(Math.random() * 1_000_000));
const requests = Number(given.get('requests') ?? 20_000);
const print = (line: string) => process.stdout.write(`${line}\n`);

print(`seed ${seed}, ${requests} requests`);
const bed = await DiffBed.open(given.get('engines') === 'old' ? 'old' : 'new', 'three');
try {
  const stack = await bed.baleen();
  try {
    const [gatewayPid = 0] = stack.pids('api-gateway');
    const startedMs = performance.now();
    const outcome = await fuzz({
      seed,
      requests,
      bare: bed.bare.address,
      baleen: addressOf(stack),
      gatewayPid,
      onProgress: print,
    });
    for (const fault of outcome.unconfirmed) print(`only once: ${JSON.stringify(fault)}`);
    const faults = [...outcome.faults.map((fault) => JSON.stringify(fault)), ...leaks(outcome.warm, outcome.end)];
    for (const fault of faults) print(`FAULT ${fault}`);
    print(
      `statuses: ${[...outcome.statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, times]) => `${status} × ${times}`)
        .join(', ')}`,
    );
    print(`gateway warm ${JSON.stringify(outcome.warm)}, at the end ${JSON.stringify(outcome.end)}`);
    print(
      `seed ${seed}: ${requests} requests in ${Math.round((performance.now() - startedMs) / 1_000)} s, ${faults.length} faults`,
    );
    process.exitCode = faults.length > 0 ? 1 : 0;
  } finally {
    await stack.stop();
  }
} finally {
  await bed.close();
}
