import { formatNumber } from '@portolan/console/kinds/format';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { preferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { ChartFrame, lookOf, type Mark, type Series } from './chart-frame.tsx';

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
  /** Drawn as dashed lines; whoever shows the chart says in words what they are. */
  readonly marks?: readonly Mark[];
}

const NO_MARKS: readonly Mark[] = [];
const HEIGHT = 180;

/** Curves over time. Screen readers and everyone who likes figures get the same as a table below. */
export function TimeSeries(props: TimeSeriesProps) {
  const { title, unit, times, series, format = formatNumber } = props;
  const { theme, contrast } = useStore(preferences);
  return (
    <ChartFrame {...{ title, unit, times, series, format }}>
      {/* Colours are read from the page when the plot is made: another theme makes another one. */}
      {series.length > 0 && <Plot key={`${theme} ${contrast}`} {...props} format={format} />}
    </ChartFrame>
  );
}

function Plot({
  times,
  series,
  format,
  onSelect,
  marks = NO_MARKS,
}: TimeSeriesProps & Required<Pick<TimeSeriesProps, 'format'>>) {
  const place = useRef<HTMLDivElement>(null);
  const data = useMemo(
    () => [times.map((time) => time / 1000), ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
    [times, series],
  );
  const latest = useRef({ data, onSelect, marks });
  const drawn = useRef(marks);
  const plot = useRef<uPlot>(null);
  useEffect(() => {
    latest.current = { data, onSelect, marks };
    // Marks are drawn with everything else.
    if (drawn.current !== marks) plot.current?.redraw();
    drawn.current = marks;
  });
  const labels = series.map(({ label }) => label).join('\n');
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const select = (from: number, to: number) => latest.current.onSelect?.(from, to);
    const marksNow = () => latest.current.marks;
    const options = optionsOf(element, { labels: labels.split('\n'), format, select, marks: marksNow });
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

interface Looks {
  readonly labels: readonly string[];
  readonly format: (value: number) => string;
  readonly select: (from: number, to: number) => void;
  readonly marks: () => readonly Mark[];
}

function optionsOf(element: HTMLElement, { labels, format, select, marks }: Looks): uPlot.Options {
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
        stroke: colour(lookOf(at).colour),
        width: 1.5,
        dash: [...lookOf(at).dash],
        spanGaps: false,
        // A value between gaps has no line: points show it, where there is room for them.
        points: { size: 4 },
      })),
    ],
    hooks: {
      draw: [(made) => drawMarks(made, marks(), colour('--warn'))],
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

/** Draws a dashed line for each mark within the shown time. */
function drawMarks(plot: uPlot, marks: readonly Mark[], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { at } of marks) {
    const x = Math.round(plot.valToPos(at / 1000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
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
