import { absoluteTime } from '../data/times.ts';
import type { ReactNode } from 'react';

export interface Series {
  readonly label: string;
  /** One value per time; null where nothing was measured, which leaves a gap. */
  readonly values: readonly (number | null)[];
}

/** Something that happened at a time, such as a change of what is measured. */
export interface Mark {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
}

interface ChartFrameProps {
  readonly title: string;
  /** What a value is, in a word or two: `requests/s`. */
  readonly unit: string;
  /** Milliseconds since 1970, rising. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** The picture, which screen readers skip. */
  readonly children: ReactNode;
}

const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4'];
const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

/** Returns how the series at an index is drawn; colour is never the only difference. */
export function lookOf(at: number): { readonly colour: string; readonly dash: readonly number[] } {
  return { colour: COLOURS[at % COLOURS.length] ?? '--series-1', dash: DASHES[at % DASHES.length] ?? [] };
}

/** What every chart has around its picture: title, unit, legend, a summary in words and the figures as a table. */
export function ChartFrame({ title, unit, times, series, format, children }: ChartFrameProps) {
  return (
    <figure className="min-w-0 rounded-lg border border-line bg-panel p-3">
      <figcaption className="mb-1 flex flex-wrap items-baseline gap-x-3">
        <span className="font-semibold">{title}</span>
        <span className="text-sm text-muted">{unit}</span>
        <Legend series={series} />
      </figcaption>
      {children}
      <p className="text-sm text-muted">{summarise(series, unit, format)}</p>
      <details className="text-sm">
        <summary className="text-muted">Figures</summary>
        <Figures {...{ title, times, series, format }} />
      </details>
    </figure>
  );
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
              stroke={`var(${lookOf(at).colour})`}
              strokeWidth="2"
              strokeDasharray={lookOf(at).dash.join(' ')}
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
