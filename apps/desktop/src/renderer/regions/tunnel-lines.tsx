import type { TunnelView } from '@portolan/contract/clusters';
import { clsx } from 'clsx';
import type { Line, RegionMap } from './layout.ts';

const LOOKS: Readonly<Record<TunnelView['state'], string>> = {
  live: 'stroke-ok',
  draining: 'stroke-warn [stroke-dasharray:6_4]',
  down: 'stroke-bad [stroke-dasharray:2_5]',
};

/** Tunnels as lines between the columns; the cards beside say the same in words. */
export function TunnelLines({
  placed,
  focus,
}: {
  readonly placed: RegionMap;
  readonly focus: string | null;
}) {
  const { lines, height } = placed;
  return (
    <svg
      aria-hidden
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      className="w-full max-md:hidden"
      style={{ height }}
    >
      {lines.map((line) => (
        <path
          key={line.tunnel.id}
          d={pathOf(line)}
          fill="none"
          vectorEffect="non-scaling-stroke"
          strokeWidth={widthOf(line.tunnel)}
          className={clsx(LOOKS[line.tunnel.state], focus !== null && !isAbout(line, focus) && 'opacity-15')}
        />
      ))}
    </svg>
  );
}

function pathOf({ fromY, toY }: Line): string {
  return `M 0 ${fromY} C 45 ${fromY}, 55 ${toY}, 100 ${toY}`;
}

/** Busy tunnels are wider: one pixel more for each factor of ten. */
function widthOf({ streams }: TunnelView): number {
  return 1.5 + Math.min(4, Math.log10(1 + streams));
}

function isAbout({ tunnel }: Line, focus: string): boolean {
  return tunnel.clusterId === focus || tunnel.brokerId === focus;
}
