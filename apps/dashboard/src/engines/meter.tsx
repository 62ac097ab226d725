import { percent } from '../format/quantities.ts';
import { shareOf } from './load.ts';

export type MeterProps = {
  readonly name: string;
  readonly part: number;
  readonly whole: number;
  readonly text: string;
};

/** How much of something is promised. */
export function Meter({ name, part, whole, text }: MeterProps) {
  const share = shareOf(part, whole);
  return (
    <div class="meter" role="img" aria-label={`${name}: ${text}`}>
      <span class="label">{name}</span>
      <span class="track">
        <span class="bar" style={{ width: percent(share) }} />
      </span>
      <span class="text">{text}</span>
    </div>
  );
}
