import type { Kind } from '@portolan/console/kinds/kind';
import { formatSort, parseSort } from '@portolan/console/lists/sort-rows';
import { Checkbox } from '@portolan/ui/checkbox';
import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useImperativeHandle, useMemo, useRef, type CSSProperties, type Ref } from 'react';
import { Row } from './row.tsx';
import { chosenColumns, fitting, widthOf, type Laid } from './columns.ts';
import { useCharacters } from './use-characters.ts';

const HEIGHTS = { comfortable: 36, compact: 28 } as const;
const HEAD_HEIGHT = 32;
const OVERSCAN = 12;
/** Width of the box that marks a row, in characters. */
const MARK = 6;
/** Read on when so few rows are left below. */
const AHEAD = 60;

/** What the page does with the table. */
export interface TableHandle {
  focus(): void;
  /** Rows that fit on the screen. */
  pageSize(): number;
  atTop(): boolean;
}

export interface RowTableProps {
  readonly kind: Kind;
  readonly rows: readonly unknown[];
  readonly columns: readonly Laid[];
  /** Whether columns may be left out that do not fit: those that a person has chosen stay. */
  readonly isFitted: boolean;
  readonly now: number;
  readonly sort: string;
  readonly density: keyof typeof HEIGHTS;
  readonly matched: number;
  readonly cursor: number;
  readonly marked: ReadonlySet<string>;
  readonly peek: string | undefined;
  readonly isStale: boolean;
  readonly hasMore: boolean;
  readonly handle: Ref<TableHandle>;
  readonly onSort: (sort: string) => void;
  readonly onCursor: (at: number) => void;
  readonly onMark: (ids: readonly string[], isMarked: boolean) => void;
  readonly onOpen: (row: unknown) => void;
  readonly onMore: () => void;
  readonly hrefOf: (id: string) => string;
}

/** Rows of a kind: a grid with one stop of the tab key, of which only what is on the screen is drawn. */
export function RowTable(props: RowTableProps) {
  const { kind, rows, cursor, marked, matched } = props;
  const { scroller, height, items, total } = useRowWindow(props);
  const room = useCharacters(scroller);
  const columns = props.isFitted && room !== null ? fitting(props.columns, room - MARK) : props.columns;
  // Rows are drawn again when the columns change, not when their widths do.
  const ids = columns.map(({ column }) => column.id).join(',');
  const cells = useMemo(() => chosenColumns(kind, ids), [kind, ids]);
  const current = rows[cursor];
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="grid"
      aria-label={kind.title}
      aria-rowcount={matched + 1}
      aria-multiselectable
      {...(current === undefined ? {} : { 'aria-activedescendant': rowId(kind, current) })}
      className={clsx(
        'relative min-h-0 flex-1 overflow-auto rounded-lg border border-line bg-panel outline-offset-[-2px]',
        props.isStale && 'opacity-70',
      )}
      data-testid="rows"
    >
      <div role="presentation" style={layoutOf(columns)}>
        <Head {...props} columns={columns} />
        <div role="rowgroup" className="relative" style={{ height: total }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const id = kind.id(row);
            return (
              <Row
                key={id}
                kind={kind}
                row={row}
                index={index}
                columns={cells}
                now={props.now}
                top={start - HEAD_HEIGHT}
                height={height}
                isCurrent={index === cursor}
                isMarked={marked.has(id)}
                isPeeked={props.peek === id}
                href={props.hrefOf(id)}
                onCursor={props.onCursor}
                onMark={props.onMark}
                onOpen={props.onOpen}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** What of the rows is drawn, and where: it follows the scroll and the cursor, and reads on near the end. */
function useRowWindow({ rows, cursor, density, hasMore, handle, onMore }: RowTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const height = HEIGHTS[density];
  // oxlint-disable-next-line react/react-compiler -- the virtualiser changes with every scroll
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (cursor >= 0 && cursor < rows.length) virtual.scrollToIndex(cursor);
    // Rows that come and go do not move the page.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [cursor, virtual]);
  useImperativeHandle(handle, () => ({
    focus: () => scroller.current?.focus(),
    pageSize: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2),
    atTop: () => (scroller.current?.scrollTop ?? 0) < height,
  }));
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) onMore();
  }, [hasMore, last, rows.length, onMore]);
  return { scroller, height, items, total: virtual.getTotalSize() };
}

/** Returns the id of a row's element. */
function rowId(kind: Kind, row: unknown): string {
  return `row-${kind.id(row)}`;
}

/** Returns the tracks that the heads and cells of all rows share. */
function layoutOf(columns: readonly Laid[]): CSSProperties {
  const tracks = columns.map(({ width, grows }) => (grows ? `minmax(${width}ch, 1fr)` : `${width}ch`));
  return {
    '--columns': `2.5rem ${tracks.join(' ')}`,
    minWidth: `${widthOf(columns) + MARK}ch`,
  } as CSSProperties;
}

function Head({ kind, rows, columns, sort, marked, onSort, onMark }: RowTableProps) {
  const current = parseSort(sort);
  const isAll = rows.length > 0 && rows.every((row) => marked.has(kind.id(row)));
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-panel" style={{ height: HEAD_HEIGHT }}>
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-full grid-cols-(--columns) items-center border-b border-line"
      >
        <div role="columnheader" className="pl-3">
          <Checkbox
            tabIndex={-1}
            aria-label="Mark all rows that are loaded"
            checked={isAll}
            isMixed={!isAll && marked.size > 0}
            onChange={() => onMark(rows.map(kind.id), !isAll)}
          />
        </div>
        {columns.map(({ column, title }) => {
          const isSorted = current.column === column.id;
          const next = formatSort({ column: column.id, descending: isSorted ? !current.descending : false });
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={isSorted ? (current.descending ? 'descending' : 'ascending') : 'none'}
              className={clsx('flex min-w-0 px-2', column.right === true && 'justify-end')}
            >
              <button
                type="button"
                tabIndex={-1}
                className="inline-flex max-w-full items-center gap-1 rounded text-xs font-medium text-muted hover:text-text"
                onClick={() => onSort(next)}
              >
                <span className="truncate">{title}</span>
                {isSorted &&
                  (current.descending ? (
                    <ArrowDown size={12} aria-hidden />
                  ) : (
                    <ArrowUp size={12} aria-hidden />
                  ))}
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}
