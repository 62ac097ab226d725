import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { isDark } from '../theme/theme.ts';

export type SparklineProps = {
  /** Seconds since 1970, rising. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** Name of the CSS variable with its colour. */
  readonly color: string;
};

const height = 34;

/** The last minutes of one figure, without axes: its latest value stands beside it in words, so it is hidden from who cannot see it. */
export function Sparkline({ times, values, color }: SparklineProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const dark = isDark();
  useEffect(() => {
    const { current } = host;
    if (current === null) return;
    const made = new uPlot(optionsFor(current, color), [[], []], current);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: current.clientWidth, height }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [color, dark]);
  useEffect(() => plot.current?.setData([[...times], [...values]]), [times, values, dark]);
  return <div ref={host} class="sparkline" aria-hidden="true" />;
}

function optionsFor(host: HTMLElement, color: string): uPlot.Options {
  const stroke = getComputedStyle(host).getPropertyValue(color).trim();
  return {
    width: Math.max(1, host.clientWidth),
    height,
    padding: [3, 0, 1, 0],
    cursor: { show: false },
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false },
      // From nought, and a flat line of noughts lies at the bottom.
      y: { range: (_plot, _low, high) => [0, Math.max(1, (high ?? 0) * 1.1)] },
    },
    series: [{}, { stroke, width: 1.5, fill: `${stroke}22`, points: { show: false } }],
  };
}
