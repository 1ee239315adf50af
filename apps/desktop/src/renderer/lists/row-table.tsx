import type { Kind } from '@portolan/console/kinds/kind';
import { formatSort, parseSort } from '@portolan/console/lists/sort-rows';
import { Checkbox } from '@portolan/ui/checkbox';
import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import { Row } from './row.tsx';
import { fitting, widthOf, type Laid } from './columns.ts';
import { useCharacters } from './use-characters.ts';

const HEIGHTS = { comfortable: 36, compact: 28 } as const;
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
  const { scroller, height, items, before, after } = useRowWindow(props);
  const room = useCharacters(scroller);
  const columns = props.isFitted && room !== null ? fitting(props.columns, room - MARK) : props.columns;
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
      <table
        role="presentation"
        className="w-full table-fixed border-collapse"
        style={{ minWidth: `${widthOf(columns) + MARK}ch` }}
      >
        <colgroup>
          <col style={{ width: '2.5rem' }} />
          {columns.map(({ column, width, grows }) => (
            <col key={column.id} style={grows ? undefined : { width: `${width}ch` }} />
          ))}
        </colgroup>
        <Head {...props} columns={columns} />
        <tbody role="rowgroup">
          {before > 0 && <Spacer height={before} />}
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const id = kind.id(row);
            return (
              <Row
                key={id}
                kind={kind}
                row={row}
                index={index}
                columns={columns}
                now={props.now}
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
          {after > 0 && <Spacer height={after} />}
        </tbody>
      </table>
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
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return { scroller, height, items, before, after };
}

/** Returns the id of a row's element. */
function rowId(kind: Kind, row: unknown): string {
  return `row-${kind.id(row)}`;
}

function Spacer({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}

function Head({ kind, rows, columns, sort, marked, onSort, onMark }: RowTableProps) {
  const current = parseSort(sort);
  const isAll = rows.length > 0 && rows.every((row) => marked.has(kind.id(row)));
  return (
    <thead role="rowgroup" className="sticky top-0 z-10 bg-panel">
      <tr role="row" aria-rowindex={1}>
        <th role="columnheader" className="border-b border-line pl-3 text-left">
          <Checkbox
            tabIndex={-1}
            aria-label="Mark all rows that are loaded"
            checked={isAll}
            isMixed={!isAll && marked.size > 0}
            onChange={() => onMark(rows.map(kind.id), !isAll)}
          />
        </th>
        {columns.map(({ column, title }) => {
          const isSorted = current.column === column.id;
          const next = formatSort({ column: column.id, descending: isSorted ? !current.descending : false });
          return (
            <th
              key={column.id}
              role="columnheader"
              aria-sort={isSorted ? (current.descending ? 'descending' : 'ascending') : 'none'}
              className={clsx(
                'border-b border-line px-2 py-1.5',
                column.right === true ? 'text-right' : 'text-left',
              )}
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
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
