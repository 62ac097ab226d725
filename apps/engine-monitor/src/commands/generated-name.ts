import { hash } from 'node:crypto';

const adjectives = [
  'agile amber ample azure bold brave breezy bright brisk calm candid clever cosmic crisp curious daring',
  'deft eager early earnest easy fair fleet fond free fresh gentle glad golden grand happy hardy',
  'honest humble jolly keen kind lively lucid lucky mellow merry mighty modest neat nimble noble placid',
  'polite proud quick quiet ready robust serene silent silver steady sunny swift tender tidy vivid warm',
].flatMap((row) => row.split(' '));
const whales = [
  'beluga blue bowhead bryde cachalot finback fraser gray grampus humpback minke narwhal omura orca pilot porpoise',
  'right rorqual sei sperm vaquita dusky spinner risso tucuxi baiji baleen balaena calf cetus fluke pod',
].flatMap((row) => row.split(' '));

/**
 * The name of a container whose client gave none. The same operation always gets the same one, so that the daemon itself refuses
 * to make it twice: a try whose answer was lost may still be on its way when the next one comes. `attempt` counts from 1 and rises
 * when the name belongs to another container.
 */
export function nameFor(operation: string, attempt: number): string {
  const bytes = Buffer.from(hash('sha1', operation), 'hex');
  const pick = (words: readonly string[], index: number) => words[bytes.readUInt16BE(index) % words.length] ?? '';
  const name = `${pick(adjectives, 0)}_${pick(whales, 2)}${bytes.readUInt16BE(4) % 100}`;
  return attempt === 1 ? name : `${name}_${attempt}`;
}
