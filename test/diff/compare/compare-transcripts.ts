import type { Outcome } from '../../e2e/clients/run.ts';
import type { Step, Transcript } from '../transcript.ts';
import { compareAnswers, compareTexts } from './compare-answers.ts';
import { compareJson } from './compare-json.ts';
import { type Difference, type FieldDifference, fieldDifference } from './difference.ts';
import { masked } from './masked-text.ts';
import { Pairing } from './pairing.ts';

/** Every difference between a scenario's two transcripts; steps are compared in their order. */
export function compareTranscripts(bare: Transcript, baleen: Transcript): Difference[] {
  const pairing = new Pairing();
  const found: Difference[] = [];
  for (const [index, step] of bare.steps.entries()) {
    const other = baleen.steps[index];
    const request = masked(step.request).shape;
    const differences = other === undefined ? [fieldDifference('step', 'taken', 'absent')] : compareSteps(step, other, pairing);
    for (const difference of differences) found.push({ request, ...difference });
  }
  return found;
}

function compareSteps(bare: Step, baleen: Step, pairing: Pairing): FieldDifference[] {
  if (bare.type === 'wire' && baleen.type === 'wire') return compareAnswers(bare.answer, baleen.answer, pairing);
  if (bare.type === 'value' && baleen.type === 'value') return compareJson(bare.value, baleen.value, pairing);
  if (bare.type === 'command' && baleen.type === 'command') {
    const [left, right] = [bare.outcome, baleen.outcome];
    return [
      ...(left.code === right.code ? [] : [fieldDifference('exit', left.code, right.code)]),
      ...compareTexts('stdout', printed(bare.request, left), printed(baleen.request, right), pairing),
      ...compareTexts('stderr', tidied(left.stderr), tidied(right.stderr), pairing),
    ];
  }
  return [fieldDifference('step', bare.type, baleen.type)];
}

/** An engine tells changes in any order. */
function printed(request: string, { stdout }: Outcome): string {
  const text = tidied(stdout);
  return request.startsWith('docker diff ') ? text.split('\n').sort().join('\n') : text;
}

/** Columns are as wide as their widest value, and ages and ids have any width. */
function tidied(text: string): string {
  return text.replaceAll(/ {2,}/g, '  ').replaceAll(/ +$/gm, '');
}
