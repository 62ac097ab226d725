import { exchange } from '../diff/wire/exchange.ts';
import { populate } from './population.ts';
import { type Figures, figuresOf } from './process-figures.ts';
import { type FuzzRequest, requestsOf } from './requests/generate.ts';
import { faultOf, messageOf } from './verdict/verdict.ts';

export type FuzzOptions = {
  readonly seed: number;
  readonly requests: number;
  /** `ip:port` of the bare engine and of the gateway. */
  readonly bare: string;
  readonly baleen: string;
  readonly gatewayPid: number;
  readonly onProgress?: (line: string) => void;
};

export type Fault = { readonly request: string; readonly body: string; readonly why: string; readonly said: string };

export type FuzzOutcome = {
  /** Faults that came again when asked alone over fresh objects. */
  readonly faults: readonly Fault[];
  /** Faults that did not: requests beside them had changed what they were about. */
  readonly unconfirmed: readonly Fault[];
  readonly statuses: ReadonlyMap<number, number>;
  readonly warm: Figures;
  readonly end: Figures;
};

/** Requests under way at once: enough to meet each other, few enough for two cores. */
const workers = 6;
/** Objects are made anew after as many requests: most are still there then, and engines run out of subnets at about 30 networks. */
const batch = 250;
/** A stop without a time takes 10 s; what takes much longer hangs. */
const answerMaxMs = 25_000;
/** Of faults alike so many are asked again. */
const alikeMax = 2;
/** Sockets that a client has just left close within this time. */
const settleMs = 3_000;
/** V8 takes memory and gives it back as it likes: what a process holds is the least seen over as many batches. */
const batchesSeen = 10;

/** Asks the same random requests of a bare engine and of Baleen, and looks for what only Baleen does badly. */
export async function fuzz(options: FuzzOptions): Promise<FuzzOutcome> {
  const { seed, requests, gatewayPid, onProgress } = options;
  const suspects = new Map<string, { item: FuzzRequest; fault: Fault }[]>();
  const statuses = new Map<number, number>();
  const all = requestsOf(seed, requests);
  const warmAt = Math.ceil(requests / batch / 5) * batch;
  const residentMb: number[] = [];
  const held = async (): Promise<Figures> => {
    const { fds, rssMb } = await settled(gatewayPid);
    return { fds, rssMb: Math.min(rssMb, ...residentMb.slice(-batchesSeen)) };
  };
  let warm = figuresOf(gatewayPid);
  for (let at = 0; at < all.length; at += batch) {
    await repopulate(options);
    await inParallel(all.slice(at, at + batch), async (item) => {
      const { fault, status } = await asked(item, options);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (fault !== undefined) note(suspects, item, fault);
    });
    residentMb.push(figuresOf(gatewayPid).rssMb);
    if (at + batch === warmAt) warm = await held();
    onProgress?.(`${Math.min(at + batch, all.length)} of ${all.length}, ${suspects.size} kinds of suspects`);
  }
  await repopulate(options);
  const end = await held();
  return { ...(await confirmed(suspects, options)), statuses, warm, end };
}

async function asked({ operation, request }: FuzzRequest, { bare, baleen }: FuzzOptions) {
  const [left, right] = await Promise.all([
    operation.isRefused === true ? undefined : exchange(bare, request, answerMaxMs),
    exchange(baleen, request, answerMaxMs),
  ]);
  const why = faultOf(operation, left, right);
  if (why === undefined) return { status: right.status };
  const body = Buffer.isBuffer(request.body) ? `${request.body.length} bytes` : (JSON.stringify(request.body) ?? '');
  const fault = { request: `${request.method} ${request.target}`, body, why, said: messageOf(right).slice(0, 300) };
  return { status: right.status, fault };
}

function note(suspects: Map<string, { item: FuzzRequest; fault: Fault }[]>, item: FuzzRequest, fault: Fault): void {
  const key = `${item.operation.method} ${item.operation.path} ${fault.why} ${fault.said.slice(0, 40)}`;
  const alike = suspects.get(key) ?? [];
  if (alike.length < alikeMax) suspects.set(key, [...alike, { item, fault }]);
}

async function confirmed(suspects: ReadonlyMap<string, readonly { item: FuzzRequest; fault: Fault }[]>, options: FuzzOptions) {
  const faults: Fault[] = [];
  const unconfirmed: Fault[] = [];
  for (const { item, fault } of [...suspects.values()].flat()) {
    await repopulate(options);
    const again = (await asked(item, options)).fault;
    if (again === undefined) unconfirmed.push(fault);
    else faults.push(again);
  }
  return { faults, unconfirmed };
}

async function repopulate({ bare, baleen }: FuzzOptions): Promise<void> {
  await Promise.all([populate(bare), populate(baleen)]);
}

async function settled(pid: number): Promise<Figures> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return figuresOf(pid);
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
