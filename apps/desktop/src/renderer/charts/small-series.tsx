import { clockTime } from '../data/times.ts';
import { ChartFrame, lookOf, type Series } from './chart-frame.tsx';

const WIDTH = 600;
const HEIGHT = 150;
const BOTTOM = HEIGHT - 1;
const TOP = 8;

interface SmallSeriesProps {
  readonly title: string;
  readonly unit: string;
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

/** A few dozen points as curves without anything to operate; much smaller than `TimeSeries`, for pages that are opened first. */
export function SmallSeries(props: SmallSeriesProps) {
  const { times, series, format } = props;
  const [first, last] = [times[0], times.at(-1)];
  const highest = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (at: number) => (at / Math.max(1, times.length - 1)) * WIDTH;
  const y = (value: number) => BOTTOM - (highest === 0 ? 0 : (value / highest) * (BOTTOM - TOP));
  return (
    <ChartFrame {...props}>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-sm text-muted" aria-hidden>
        <div className="flex h-36 flex-col justify-between text-right leading-none">
          <span>{format(highest)}</span>
          <span>{format(highest / 2)}</span>
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="h-36 w-full overflow-visible"
        >
          {[TOP, (TOP + BOTTOM) / 2, BOTTOM].map((line) => (
            <line
              key={line}
              x1="0"
              x2={WIDTH}
              y1={line}
              y2={line}
              stroke="var(--line)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {series.map(({ label, values }, at) => (
            <path
              key={label}
              d={curve(values, x, y)}
              fill="none"
              stroke={`var(${lookOf(at).colour})`}
              strokeWidth="1.75"
              strokeDasharray={lookOf(at).dash.join(' ')}
              strokeLinecap="round"
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
            />
          ))}
        </svg>
        <span />
        <div className="mt-1 flex justify-between">
          <span>{first === undefined ? '' : clockTime(first)}</span>
          <span>{last === undefined ? '' : clockTime(last)}</span>
        </div>
      </div>
    </ChartFrame>
  );
}

/** Returns the path of a curve; where nothing was measured there is a gap, and a value between gaps is a dot. */
function curve(
  values: readonly (number | null)[],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let isDrawn = false;
  return values
    .map((value, at) => {
      if (value === null) {
        isDrawn = false;
        return '';
      }
      const point = `${x(at).toFixed(1)},${y(value).toFixed(1)}`;
      const isNext = isDrawn;
      isDrawn = true;
      return isNext ? `L${point}` : `M${point}h0`;
    })
    .join('');
}
