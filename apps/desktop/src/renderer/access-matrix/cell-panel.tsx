import { quoted } from '@portolan/console/kinds/traces';
import { Button } from '@portolan/ui/button';
import { KindLink } from '../lists/kind-link.tsx';
import { shown } from '../data/headings.ts';
import { cellWords, whyFixed } from './cell-words.ts';
import { changeOf, type Selected } from './matrix-grid.tsx';
import type { Matrix } from './matrix.ts';
import { cellKey, type PendingChange } from './pending.ts';

interface CellPanelProps {
  readonly selected: Selected | null;
  readonly matrix: Matrix;
  readonly pending: ReadonlyMap<string, PendingChange>;
  /** Why nothing may be changed; null when it may. */
  readonly whyNot: string | null;
  readonly onToggle: (change: PendingChange) => void;
}

/** Why a group may call an API or not, through which objects, and the way to change it. */
export function CellPanel({ selected, matrix, pending, whyNot, onToggle }: CellPanelProps) {
  if (selected === null)
    return (
      <aside aria-label="Cell" className="shrink-0 text-muted lg:w-72">
        <p>Choose a cell to see through which object a group may call an API.</p>
        <Legend />
      </aside>
    );
  const { api, group } = selected;
  const cell = matrix.cell(api, group);
  const change = pending.get(cellKey(api, group));
  const possible = changeOf(cell, selected);
  return (
    <aside
      aria-label="Cell"
      className="flex shrink-0 flex-col gap-3 rounded-lg border border-line bg-panel p-4 lg:w-72"
    >
      <h2 className="font-semibold wrap-anywhere">
        {shown(group)} → {shown(api.name)}
      </h2>
      <p aria-live="polite" className="wrap-anywhere">
        {shown(cellWords(cell, api.name, group))}
      </p>
      {cell.through.length > 0 && (
        <p className="text-sm">
          <KindLink
            kind="access"
            filter={`name=${cell.through.map(quoted).join(',')}`}
            className="text-accent"
          >
            Open {cell.through.length === 1 ? 'the APIAccess' : 'the APIAccesses'}
          </KindLink>
        </p>
      )}
      {cell.limits.length > 0 && (
        <p className="text-sm wrap-anywhere">
          <span className="text-muted">Limits: </span>
          {shown(cell.limits.join(', '))}
        </p>
      )}
      <p className="text-sm">
        <KindLink kind="users" filter={`groups=${quoted(group)}`} className="text-accent">
          Members of {shown(group)}
        </KindLink>
      </p>
      {possible === null ? (
        <p className="text-sm text-muted wrap-anywhere">{shown(whyFixed(cell) ?? '')}</p>
      ) : (
        <div>
          <Button
            disabled={whyNot !== null}
            title={whyNot ?? 'Space does the same in the grid'}
            onClick={() => onToggle(possible)}
          >
            {change === undefined ? (possible.isGrant ? 'Grant' : 'Revoke') : 'Keep as it is'}
          </Button>
        </div>
      )}
      {whyNot !== null && <p className="text-sm text-muted">{whyNot}</p>}
    </aside>
  );
}

function Legend() {
  return (
    <ul className="mt-3 flex flex-col gap-1 text-sm">
      <li>✓ granted to the group</li>
      <li>∗ open to everyone who is signed in</li>
      <li>! granted by an object that no gateway lists</li>
      <li>· not granted</li>
      <li>+ and − are changes not yet applied</li>
    </ul>
  );
}
