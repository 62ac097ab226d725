import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of V8's own `gc`: `minor` collects the young generation alone, `last-resort` gives back every page that can be spared. */
export type GarbageOptions =
  | { readonly type: 'minor' }
  | { readonly type: 'major'; readonly execution: 'sync' | 'async'; readonly flavor: 'last-resort' };

type Collect = (options: GarbageOptions) => void;

let collect: Collect | undefined;

/** Collects garbage now. Node hides V8's function unless asked for: only contexts made after the flag have it. */
export function collectGarbage(options: GarbageOptions): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
  }
  collect(options);
}
