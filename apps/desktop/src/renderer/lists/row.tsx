import { cellText, type Column, type Kind } from '@portolan/console/kinds/kind';
import { Badge } from '@portolan/ui/badge';
import { Checkbox } from '@portolan/ui/checkbox';
import { clsx } from 'clsx';
import { memo, type MouseEvent } from 'react';
import { absoluteTime } from '../data/times.ts';
import { shown } from '../data/headings.ts';
import { badgeTone, toneClass } from '../details/tones.ts';

interface RowProps {
  readonly kind: Kind;
  readonly row: unknown;
  readonly index: number;
  readonly columns: readonly Column<unknown>[];
  readonly now: number;
  /** Pixels from the top of the first row. */
  readonly top: number;
  readonly height: number;
  readonly isCurrent: boolean;
  readonly isMarked: boolean;
  readonly isPeeked: boolean;
  readonly href: string;
  readonly onCursor: (at: number) => void;
  readonly onMark: (ids: readonly string[], isMarked: boolean) => void;
  readonly onOpen: (row: unknown) => void;
}

/** One row; a click moves the cursor to it, a double click or the link in its first cell opens it. */
export const Row = memo(function Row(props: RowProps) {
  const { kind, row, index, columns, now, top, height, isCurrent, isMarked, isPeeked } = props;
  const id = kind.id(row);
  const open = (event: MouseEvent) => {
    // With a modifier the browser opens the link its own way.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    props.onOpen(row);
  };
  return (
    <div
      id={`row-${id}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isMarked}
      style={{ top, height }}
      className={clsx(
        'absolute inset-x-0 grid grid-cols-(--columns) items-center border-b border-line/60 contain-strict',
        isCurrent ? 'bg-selected' : isPeeked ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
      onClick={() => props.onCursor(index)}
      onDoubleClick={() => props.onOpen(row)}
    >
      <div role="gridcell" className="pl-3">
        <Checkbox
          tabIndex={-1}
          aria-label={`Mark ${shown(kind.label(row)).slice(0, 80)}`}
          checked={isMarked}
          onClick={(event) => event.stopPropagation()}
          onChange={() => props.onMark([id], !isMarked)}
        />
      </div>
      {columns.map((column, at) => {
        const text = shown(cellText(column, row, now));
        return (
          <div
            key={column.id}
            role="gridcell"
            title={titleOf(column, row, text)}
            className={clsx('truncate px-2', column.right === true && 'text-right')}
          >
            {at === 0 ? (
              <a
                href={props.href}
                tabIndex={-1}
                draggable={false}
                className="font-medium hover:text-accent hover:underline"
                onClick={open}
              >
                {text}
              </a>
            ) : (
              <CellContent column={column} row={row} text={text} />
            )}
          </div>
        );
      })}
    </div>
  );
});

function CellContent({
  column,
  row,
  text,
}: {
  readonly column: Column<unknown>;
  readonly row: unknown;
  readonly text: string;
}) {
  const tone = column.tone?.(row) ?? 'plain';
  const badge = badgeTone(tone);
  // Figures stay figures: a badge is for a state.
  if (badge !== null && column.type === 'text' && text !== '' && text.length <= 24)
    return <Badge tone={badge}>{text}</Badge>;
  return <span className={clsx(toneClass(tone), text === '–' && 'text-faint')}>{text}</span>;
}

/** Times read relative in a cell and absolute on hover; text that may be cut is whole there. */
function titleOf(column: Column<unknown>, row: unknown, text: string): string {
  const value = column.type === 'time' ? column.value(row) : null;
  return typeof value === 'string' || typeof value === 'number' ? absoluteTime(value) : text;
}
