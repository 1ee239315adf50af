import { dictionary } from '@portolan/contract/dictionary';
import { apis } from '@portolan/console/kinds/apis';
import type { ApiView } from '@portolan/contract/resources';
import { Button } from '@portolan/ui/button';
import { clsx } from 'clsx';
import { useRef, type KeyboardEvent } from 'react';
import { shown as safe } from '../data/headings.ts';
import type { Matrix, MatrixCell } from './matrix.ts';
import { cellKey, type PendingChange } from './pending.ts';
import { cellWords, whyFixed } from './cell-words.ts';

export interface Selected {
  readonly api: ApiView;
  readonly group: string;
}

interface MatrixGridProps {
  readonly matrix: Matrix;
  readonly apisMatched: number;
  readonly groupsMatched: number;
  readonly more?: () => void;
  readonly pending: ReadonlyMap<string, PendingChange>;
  readonly selected: Selected | null;
  readonly onSelect: (selected: Selected) => void;
  /** Absent where nothing may be changed. */
  readonly onToggle: ((change: PendingChange) => void) | undefined;
}

/** The cells as a grid (WAI-ARIA grid pattern): arrows move, space chooses a change. */
export function MatrixGrid(props: MatrixGridProps) {
  const { matrix, pending, selected, onSelect, onToggle } = props;
  const grid = useRef<HTMLTableElement>(null);
  const at = position(matrix, selected);
  const move = (row: number, column: number) => {
    const api = matrix.apis[Math.min(Math.max(row, 0), matrix.apis.length - 1)];
    const group = matrix.groups[Math.min(Math.max(column, 0), matrix.groups.length - 1)];
    if (api === undefined || group === undefined) return;
    onSelect({ api, group: group.name });
    grid.current
      ?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(cellKey(api, group.name))}"]`)
      ?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [dRow, dColumn] = STEPS[event.key] ?? [0, 0];
    if (dRow !== 0 || dColumn !== 0) {
      event.preventDefault();
      move(at.row + dRow, at.column + dColumn);
    } else if (event.key === ' ' && selected !== null && onToggle !== undefined) {
      event.preventDefault();
      const change = changeOf(matrix.cell(selected.api, selected.group), selected);
      if (change !== null) onToggle(change);
    }
  };
  return (
    <div className="min-h-0 min-w-0 flex-1 overflow-auto rounded-lg border border-line bg-panel">
      <table
        ref={grid}
        role="grid"
        aria-label="Access of groups to APIs"
        aria-rowcount={props.apisMatched + 1}
        aria-colcount={props.groupsMatched + 1}
        className="border-separate border-spacing-0"
        onKeyDown={onKeyDown}
      >
        <Head matrix={matrix} />
        <tbody>
          {matrix.apis.map((api, row) => (
            <tr key={apis.id(api)} aria-rowindex={row + 2}>
              <th
                scope="row"
                className="sticky left-0 z-10 max-w-56 border-r border-b border-line bg-panel px-3 py-1.5 text-left font-medium"
              >
                <span className="block truncate">{safe(api.name)}</span>
                <span className="block truncate text-xs font-normal text-muted">
                  {safe(api.namespace)} · {safe(api.cluster)}
                </span>
              </th>
              {matrix.groups.map(({ name }, column) => (
                <GridCell
                  key={name}
                  id={cellKey(api, name)}
                  cell={matrix.cell(api, name)}
                  change={pending.get(cellKey(api, name))}
                  words={cellWords(matrix.cell(api, name), api.name, name)}
                  isSelected={at.row === row && at.column === column && selected !== null}
                  isEntry={at.row === row && at.column === column}
                  onSelect={() => onSelect({ api, group: name })}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Rest {...props} />
    </div>
  );
}

const STEPS = dictionary<readonly [number, number]>({
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
});

function position(matrix: Matrix, selected: Selected | null) {
  const row = selected === null ? 0 : matrix.apis.findIndex((api) => apis.id(api) === apis.id(selected.api));
  const column = selected === null ? 0 : matrix.groups.findIndex(({ name }) => name === selected.group);
  return { row: Math.max(row, 0), column: Math.max(column, 0) };
}

/** Returns what choosing a cell changes; null where that is not possible here: `whyFixed` says why. */
export function changeOf(cell: MatrixCell, { api, group }: Selected): PendingChange | null {
  return whyFixed(cell) === null ? { api, group, isGrant: cell.state !== 'granted' } : null;
}

function Head({ matrix }: { readonly matrix: Matrix }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th
          scope="col"
          className="sticky top-0 left-0 z-30 border-r border-b border-line bg-panel px-3 py-2 text-left text-xs font-medium text-muted"
        >
          API
        </th>
        {matrix.groups.map(({ name, members }) => (
          <th
            key={name}
            scope="col"
            title={
              members === null ? `${safe(name)}: named by objects, no group of the workspace` : safe(name)
            }
            className="sticky top-0 z-20 max-w-32 min-w-20 border-b border-line bg-panel px-2 py-2 text-xs font-medium"
          >
            <span className="block truncate">{safe(name)}</span>
            <span className={clsx('block font-normal', members === null ? 'text-warn' : 'text-muted')}>
              {members === null ? 'no group' : members}
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface GridCellProps {
  readonly id: string;
  readonly cell: MatrixCell;
  readonly change: PendingChange | undefined;
  readonly words: string;
  readonly isSelected: boolean;
  /** Whether the tab key enters the grid here. */
  readonly isEntry: boolean;
  readonly onSelect: () => void;
}

const LOOKS: Readonly<Record<MatrixCell['state'], { readonly glyph: string; readonly look: string }>> = {
  granted: { glyph: '✓', look: 'bg-ok-soft text-ok' },
  everyone: { glyph: '∗', look: 'text-ok' },
  saved: { glyph: '!', look: 'bg-warn-soft text-warn' },
  none: { glyph: '·', look: 'text-faint' },
};

function GridCell({ id, cell, change, words, isSelected, isEntry, onSelect }: GridCellProps) {
  const { glyph, look } = LOOKS[cell.state];
  return (
    <td
      role="gridcell"
      data-cell={id}
      tabIndex={isEntry ? 0 : -1}
      aria-selected={isSelected}
      aria-label={change === undefined ? words : `${words} To be ${change.isGrant ? 'granted' : 'revoked'}.`}
      className={clsx(
        'cursor-default border-b border-line p-1 text-center outline-offset-[-2px] hover:bg-hover',
        isSelected && 'bg-selected',
      )}
      onClick={onSelect}
      onFocus={onSelect}
    >
      <span
        aria-hidden
        className={clsx(
          'inline-flex size-7 items-center justify-center rounded font-semibold',
          change === undefined ? look : 'border-2 border-dashed border-accent bg-accent-soft text-accent',
        )}
      >
        {change === undefined ? glyph : change.isGrant ? '+' : '−'}
      </span>
    </td>
  );
}

/** What is not shown. */
function Rest({ matrix, apisMatched, groupsMatched, more }: MatrixGridProps) {
  const isAll = matrix.apis.length >= apisMatched && matrix.groups.length >= groupsMatched;
  if (isAll) return null;
  return (
    <div className="sticky left-0 flex items-center gap-3 px-3 py-2 text-sm text-muted">
      Showing {matrix.apis.length} of {apisMatched} APIs and {matrix.groups.length} of {groupsMatched} groups.
      {more !== undefined && (
        <Button size="small" onClick={more}>
          Show more APIs
        </Button>
      )}
    </div>
  );
}
