import { describe, expect, it } from 'vitest';
import { GoldenFleet } from './fleet.ts';
import { readScenarios, type Scenario, type Step } from './scenario.ts';

const scenarios = readScenarios(import.meta.dirname);

/** Equals are decided by lot: enough lots to see each of up to five. */
const lots = [0, 0.2, 0.4, 0.6, 0.8, 0.999];

describe.each([...Map.groupBy(scenarios, ({ file }) => file)])('placement as %s says', (_file, own) => {
  it.each(own.map((scenario) => [scenario.title, scenario] as const))('%s', (_title, scenario) => {
    expect(play(scenario), `${scenario.file}:${scenario.line}`).toEqual(scenario.steps.flatMap(expectation));
  });
});

/** `a | b` = one of these by lot; `nowhere: part of the message`; `invalid: part of the message` (HTTP 400). */
type Outcome = {
  readonly run: string;
  readonly chosen: readonly string[];
  readonly message: string;
  readonly reasons: readonly string[];
};

type Run = Extract<Step, { type: 'run' }>;

function play({ file, line, steps }: Scenario): Outcome[] {
  const options = steps.flatMap((step) => (step.type === 'setup' && step.words[0] === 'options' ? step.words.slice(1) : []));
  const fleet = new GoldenFleet(pairs(options));
  return steps.flatMap((step) => {
    if (step.type === 'run') return run(fleet, step);
    setUp(fleet, step.words, `${file}:${line}`);
    return [];
  });
}

function expectation(step: Step): Outcome[] {
  if (step.type === 'setup') return [];
  const { args, expected, reasons } = step;
  const shown = reasons.map(({ node, text }) => `${node}: ${text}`);
  const isRefusal = /^(nowhere|invalid): /.test(expected);
  const chosen = isRefusal ? [] : expected.split(' | ');
  return [{ run: args.join(' '), chosen, message: isRefusal ? expected : '', reasons: shown }];
}

/** What came of it, in the words of the expectation where those hold. */
function run(fleet: GoldenFleet, { args, only, except, expected, reasons }: Run): Outcome {
  const judgements = fleet.decide(args, { only, exclude: except }, lots);
  const decisions = judgements.map((judgement) => judgement.decision('', '', 0));
  const chosen = [...new Set(decisions.flatMap(({ chosenNode }) => chosenNode ?? []))];
  const [first] = judgements;
  if (chosen[0] !== undefined) fleet.reserve(chosen[0], args, first?.chosen?.devices);
  const verdicts = decisions[0]?.candidates ?? [];
  const why = reasons.map(({ node, text }) => {
    const { refusedBy = 'fits', reason = '' } = verdicts.find((verdict) => verdict.node === node) ?? {};
    const whole = `${refusedBy}: ${reason}`;
    return `${node}: ${whole.includes(text) ? text : whole}`;
  });
  return { run: args.join(' '), chosen: chosen.sort(), message: messageOf(first?.failure, expected), reasons: why };
}

function messageOf(failure: { readonly message: string; readonly status: number } | undefined, expected: string): string {
  if (failure === undefined) return '';
  const kind = failure.status === 400 ? 'invalid' : 'nowhere';
  const message = failure.message.replaceAll('\n', '⏎');
  const fragment = expected.slice(`${kind}: `.length);
  return `${kind}: ${expected.startsWith(`${kind}: `) && message.includes(fragment) ? fragment : message}`;
}

function setUp(fleet: GoldenFleet, [head = '', ...rest]: readonly string[], where: string): void {
  const [second = '', third = '', ...more] = rest;
  switch (head) {
    case 'options':
      return;
    case 'engine':
      return fleet.engine(second, pairs(rest.slice(1)));
    case 'gone':
      return fleet.gone(second);
    case 'node':
      return fleet.node(second, third as 'active' | 'pause' | 'drain', pairs(more));
    default:
      return holding(fleet, head, rest, where);
  }
}

/** `a runs [exited] …`, `a reserves …`, `a has image …`, `a makes network …`, `a removes web`. */
function holding(fleet: GoldenFleet, node: string, [verb = '', ...rest]: readonly string[], where: string): void {
  const [kind = '', name = '', ...more] = rest;
  if (verb === 'runs') {
    const settings = rest.findIndex((word) => !/^(id|state|alias|shares)=/.test(word));
    return fleet.container(node, rest.slice(settings), pairs(rest.slice(0, settings)));
  }
  if (verb === 'reserves') return fleet.reserve(node, rest);
  if (verb === 'removes') return fleet.removed(node, kind);
  if (verb === 'makes' && (kind === 'network' || kind === 'volume')) return fleet.making(node, kind, name, pairs(more));
  if (verb === 'has' && (kind === 'network' || kind === 'volume' || kind === 'image'))
    return fleet[kind](node, name, pairs(more));
  throw new Error(`${where}: not understood: ${node} ${verb} ${rest.join(' ')}`);
}

function pairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}
