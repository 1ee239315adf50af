import { logs } from '@portolan/console/kinds/logs';
import type { LogEntry } from '@portolan/contract/telemetry';
import { Button } from '@portolan/ui/button';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { LogLine } from './log-line.tsx';
import { useHeldRows } from './use-held-rows.ts';

const HEIGHT = 26;
/** Read on when so few lines are left below. */
const AHEAD = 60;

interface LogLinesProps {
  readonly rows: readonly LogEntry[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

/** Log entries, the newest first. Whoever has scrolled down keeps the place; new entries wait above. */
export function LogLines({ rows: live, hasMore, onMore }: LogLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [isReading, setReading] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const { rows, newer, release } = useHeldRows(live, logs.id, isReading || open.size > 0);
  // oxlint-disable-next-line react/incompatible-library -- the virtualiser changes with every scroll
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    getItemKey: (at) => rows[at]?.id ?? at,
    overscan: 20,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last > rows.length - AHEAD) onMore();
  }, [hasMore, last, rows.length, onMore]);
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const showNewer = () => {
    setOpen(new Set());
    setReading(false);
    release();
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {newer > 0 && (
        <Button
          size="small"
          variant="primary"
          className="absolute top-2 left-1/2 z-10 -translate-x-1/2 shadow-popup"
          onClick={showNewer}
        >
          <ArrowUp size={13} aria-hidden /> {newer} new
        </Button>
      )}
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label="Log entries, newest first"
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto rounded-lg border border-line bg-panel py-1 font-mono text-sm outline-offset-[-2px]"
        onScroll={(event) => setReading(event.currentTarget.scrollTop > HEIGHT)}
      >
        <ol className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start, key }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogLine row={row} isOpen={open.has(row.id)} onToggle={() => toggle(row.id)} />
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}
