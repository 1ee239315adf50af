import { formatNumber } from '@portolan/console/kinds/format';

const WIDTH = 320;
const HEIGHT = 48;

interface SparklineProps {
  readonly title: string;
  readonly values: readonly number[];
  readonly caption: string;
  /** Places of values at which something changed. */
  readonly marks?: readonly number[] | undefined;
}

/** A small curve of equal steps with its figures in words; screen readers get the values as a table. */
export function Sparkline({ title, values, caption, marks = [] }: SparklineProps) {
  const highest = Math.max(...values, 0);
  const step = WIDTH / Math.max(1, values.length - 1);
  const y = (value: number) => HEIGHT - 2 - (highest === 0 ? 0 : (value / highest) * (HEIGHT - 6));
  const points = values.map((value, at) => `${(at * step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return (
    <figure className="max-w-lg">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="h-12 w-full" aria-hidden>
        <line
          x1="0"
          x2={WIDTH}
          y1={HEIGHT - 2}
          y2={HEIGHT - 2}
          stroke="var(--line)"
          vectorEffect="non-scaling-stroke"
        />
        {marks.map((at) => (
          <line
            key={at}
            x1={at * step}
            x2={at * step}
            y1="0"
            y2={HEIGHT}
            stroke="var(--warn)"
            strokeDasharray="3 3"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {values.length > 1 && (
          <>
            <polygon points={`0,${HEIGHT - 2} ${points} ${WIDTH},${HEIGHT - 2}`} fill="var(--accent-soft)" />
            <polyline
              points={points}
              fill="none"
              stroke="var(--series-1)"
              strokeWidth="1.5"
              vectorEffect="non-scaling-stroke"
            />
          </>
        )}
      </svg>
      <figcaption className="text-sm text-muted">{caption}</figcaption>
      <table className="sr-only">
        <caption>{title}</caption>
        <tbody>
          {values.map((value, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- steps have no identity but their place
            <tr key={at}>
              <th scope="row">{at + 1}</th>
              <td>{formatNumber(value)}</td>
              <td>{marks.includes(at) ? 'changed' : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
