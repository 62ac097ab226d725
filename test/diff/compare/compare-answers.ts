import { headerOf, type WireAnswer } from '../wire/wire-answer.ts';
import { archiveEntries } from './archive-entries.ts';
import { compareJson } from './compare-json.ts';
import { type FieldDifference, fieldDifference } from './difference.ts';
import { masked } from './masked-text.ts';
import type { Pairing } from './pairing.ts';

/** Their values vary with the moment or follow from the body, which is compared itself. */
const valuelessHeaders = new Set(['date', 'content-length']);

/** Status, every header by name and value, framing, end and body. */
export function compareAnswers(bare: WireAnswer, baleen: WireAnswer, pairing: Pairing): FieldDifference[] {
  const found: FieldDifference[] = [];
  const [left, right] = [bare, baleen].map(({ status, reason }) => `${status} ${reason}`);
  if (left !== right) found.push(fieldDifference('status', left, right));
  if (bare.framing !== baleen.framing) found.push(fieldDifference('framing', bare.framing, baleen.framing));
  if (bare.ending !== baleen.ending) found.push(fieldDifference('ending', bare.ending, baleen.ending));
  return [...found, ...compareHeaders(bare, baleen, pairing), ...compareBodies(bare, baleen, pairing)];
}

function compareHeaders(bare: WireAnswer, baleen: WireAnswer, pairing: Pairing): FieldDifference[] {
  const names = new Map([...bare.headers, ...baleen.headers].map(([name]) => [name.toLowerCase(), name]));
  return [...names]
    .filter(([, name]) => !sameHeader(name, headerOf(bare, name), headerOf(baleen, name), pairing))
    .map(([, name]) => fieldDifference(`header ${name}`, headerOf(bare, name), headerOf(baleen, name)));
}

function sameHeader(name: string, bare: string | undefined, baleen: string | undefined, pairing: Pairing): boolean {
  if (bare === undefined || baleen === undefined) return bare === baleen;
  return valuelessHeaders.has(name.toLowerCase()) || pairing.pairs(masked(opened(name, bare)), masked(opened(name, baleen)));
}

/** The header that holds a file's facts holds them as base64. */
function opened(name: string, value: string): string {
  return name.toLowerCase() === 'x-docker-container-path-stat' ? Buffer.from(value, 'base64').toString('utf8') : value;
}

function compareBodies(bare: WireAnswer, baleen: WireAnswer, pairing: Pairing): FieldDifference[] {
  const [left, right] = [readBody(bare.body), readBody(baleen.body)];
  if (left.isJson && right.isJson) return compareJson(left.value, right.value, pairing);
  return compareTexts('body', String(left.text), String(right.text), pairing);
}

type ReadBody = { readonly isJson: boolean; readonly value?: unknown; readonly text: string };

/** A document, a stream of documents (as an array), the entries of an archive, or text. */
function readBody(body: Buffer): ReadBody {
  const entries = archiveEntries(body);
  if (entries !== undefined) return { isJson: true, value: entries, text: '' };
  const text = body.toString('utf8');
  const document = json(text);
  if (document !== undefined) return { isJson: true, value: document, text };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const documents = lines.map(json);
  if (lines.length > 1 && documents.every((value) => value !== undefined)) return { isJson: true, value: documents, text };
  return { isJson: false, text };
}

/** Two texts as wholes; `field` names where they come from. */
export function compareTexts(field: string, bare: string, baleen: string, pairing: Pairing): FieldDifference[] {
  const [left, right] = [masked(bare), masked(baleen)];
  return pairing.pairs(left, right) ? [] : [fieldDifference(field, left.shape, right.shape)];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
