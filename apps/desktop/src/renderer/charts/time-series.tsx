import { formatNumber } from '@portolan/console/kinds/format';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { absoluteTime } from '../data/times.ts';
import { preferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';

interface Series {
  readonly label: string;
  /** One value per time; null where nothing was measured, which leaves a gap. */
  readonly values: readonly (number | null)[];
}

interface TimeSeriesProps {
  readonly title: string;
  /** What a value is, in a word or two: `requests/s`. */
  readonly unit: string;
  /** Milliseconds since 1970, rising. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format?: (value: number) => string;
  /** Called with the part that was marked by dragging, in milliseconds since 1970. */
  readonly onSelect?: (from: number, to: number) => void;
}

const HEIGHT = 180;
const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4'];
const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

/** Curves over time. Screen readers and everyone who likes figures get the same as a table below. */
export function TimeSeries(props: TimeSeriesProps) {
  const { title, unit, series, format = formatNumber } = props;
  const { theme, contrast } = useStore(preferences);
  return (
    <figure className="min-w-0 rounded-lg border border-line bg-panel p-3">
      <figcaption className="mb-1 flex flex-wrap items-baseline gap-x-3">
        <span className="font-semibold">{title}</span>
        <span className="text-sm text-muted">{unit}</span>
        <Legend series={series} />
      </figcaption>
      {/* Colours are read from the page when the plot is made: another theme makes another one. */}
      {series.length > 0 && <Plot key={`${theme} ${contrast}`} {...props} format={format} />}
      <p className="text-sm text-muted">{summarise(series, unit, format)}</p>
      <details className="text-sm">
        <summary className="text-muted">Figures</summary>
        <Figures {...{ title, series, format }} times={props.times} />
      </details>
    </figure>
  );
}

function Plot({
  times,
  series,
  format,
  onSelect,
}: TimeSeriesProps & Required<Pick<TimeSeriesProps, 'format'>>) {
  const place = useRef<HTMLDivElement>(null);
  const data = useMemo(
    () => [times.map((time) => time / 1000), ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
    [times, series],
  );
  const latest = useRef({ data, onSelect });
  useEffect(() => {
    latest.current = { data, onSelect };
  });
  const labels = series.map(({ label }) => label).join('\n');
  const plot = useRef<uPlot>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const select = (from: number, to: number) => latest.current.onSelect?.(from, to);
    const options = optionsOf(element, { labels: labels.split('\n'), format, select });
    const made = new uPlot(options, latest.current.data, element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [labels, format]);
  useEffect(() => plot.current?.setData(data), [data]);
  return <div ref={place} aria-hidden />;
}

function Legend({ series }: { readonly series: readonly Series[] }) {
  if (series.length < 2) return null;
  return (
    <span className="flex flex-wrap gap-x-3 text-sm">
      {series.map(({ label }, at) => (
        <span key={label} className="inline-flex max-w-56 items-center gap-1">
          <svg width="18" height="8" aria-hidden>
            <line
              x1="0"
              x2="18"
              y1="4"
              y2="4"
              stroke={`var(${COLOURS[at % COLOURS.length] ?? '--series-1'})`}
              strokeWidth="2"
              strokeDasharray={(DASHES[at % DASHES.length] ?? []).join(' ')}
            />
          </svg>
          <span className="truncate">{label}</span>
        </span>
      ))}
    </span>
  );
}

interface FiguresProps {
  readonly title: string;
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

function Figures({ title, times, series, format }: FiguresProps) {
  return (
    <div className="max-h-60 overflow-auto" tabIndex={0} role="region" aria-label={`Figures of ${title}`}>
      <table className="w-full text-left">
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map(({ label }) => (
              <th key={label} scope="col" className="text-right">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, at) => (
            <tr key={time}>
              <th scope="row" className="font-normal">
                {absoluteTime(time)}
              </th>
              {series.map(({ label, values }) => {
                const value = values[at];
                return (
                  <td key={label} className="text-right">
                    {value === null || value === undefined ? '–' : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function summarise(series: readonly Series[], unit: string, format: (value: number) => string): string {
  if (series.every(({ values }) => values.every((value) => value === null)))
    return 'Nothing was measured in this range.';
  return series
    .map(({ label, values }) => {
      const known = values.filter((value) => value !== null);
      const name = series.length > 1 ? `${label}: ` : '';
      return `${name}last ${format(known.at(-1) ?? 0)}, highest ${format(Math.max(0, ...known))} ${unit}`;
    })
    .join('; ');
}

interface Looks {
  readonly labels: readonly string[];
  readonly format: (value: number) => string;
  readonly select: (from: number, to: number) => void;
}

function optionsOf(element: HTMLElement, { labels, format, select }: Looks): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => resolveColour(element, style.getPropertyValue(name));
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      { ...axis },
      { ...axis, size: 56, values: (_plot, splits) => splits.map((value) => format(value)) },
    ],
    series: [
      {},
      ...labels.map((label, at) => ({
        label,
        stroke: colour(COLOURS[at % COLOURS.length] ?? '--series-1'),
        width: 1.5,
        dash: [...(DASHES[at % DASHES.length] ?? [])],
        spanGaps: false,
        // A value between gaps has no line: points show it, where there is room for them.
        points: { size: 4 },
      })),
    ],
    hooks: {
      setSelect: [
        (made) => {
          const { left, width } = made.select;
          if (width < 4) return;
          select(made.posToVal(left, 'x') * 1000, made.posToVal(left + width, 'x') * 1000);
          made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** A canvas knows no `light-dark()`: an element resolves it. */
function resolveColour(element: HTMLElement, value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
