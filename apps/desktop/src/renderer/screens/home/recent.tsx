import { changes } from '@portolan/console/kinds/changes';
import { cellText } from '@portolan/console/kinds/kind';
import { formatAge } from '@portolan/console/kinds/format';
import { Button } from '@portolan/ui/button';
import { Card } from '@portolan/ui/card';
import { journal, proposeUndo } from '../../actions/running.ts';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { absoluteTime, useNow } from '../../data/times.ts';
import { useRows } from '../../data/use-rows.ts';
import { shown } from '../../data/headings.ts';
import { KindLink } from '../../lists/kind-link.tsx';
import { useStore } from '../../preferences/store.ts';

const SHOWN_MAX = 6;

/** The last changes of the workspace's resources. */
export function RecentChanges() {
  const { rows, isPending, error, refetch } = useRows(changes, { filter: '', sort: changes.sort });
  const now = useNow();
  const column = (id: string) => changes.columns.find((one) => one.id === id);
  const textOf = (id: string, row: (typeof rows)[number]) => {
    const found = column(id);
    return found === undefined ? '' : shown(cellText(found, row, now));
  };
  return (
    <Card
      title="Recent changes"
      actions={
        <KindLink kind="changes" className="text-sm text-accent hover:underline">
          History
        </KindLink>
      }
    >
      {error !== null && rows.length === 0 ? (
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      ) : rows.length === 0 ? (
        <p className="text-muted">
          {isPending ? 'Loading …' : 'Nothing was changed through the platform yet.'}
        </p>
      ) : (
        <ul className="flex flex-col gap-1">
          {rows.slice(0, SHOWN_MAX).map((row) => (
            <li key={changes.id(row)} className="grid grid-cols-[3rem_minmax(0,1fr)_auto] gap-2">
              <span className="text-muted">#{changes.id(row)}</span>
              <span className="truncate">
                {textOf('action', row)} <span className="text-muted">by {textOf('actor', row)}</span>
              </span>
              <span className="text-muted">{textOf('cluster', row)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** What was done on this page since it was opened, with the way back. */
export function OwnChanges() {
  const done = useStore(journal);
  const now = useNow();
  if (done.length === 0) return null;
  return (
    <Card title="Your changes in this tab">
      <ul className="flex flex-col gap-1">
        {done.slice(0, SHOWN_MAX).map((one) => (
          <li key={one.at} className="flex items-center gap-2">
            <time className="w-10 shrink-0 text-muted" title={absoluteTime(one.at)}>
              {formatAge(new Date(one.at).toISOString(), now)}
            </time>
            <span className="min-w-0 flex-1 truncate">{one.text}</span>
            {one.undo !== undefined && (
              <Button size="small" onClick={() => proposeUndo(one)}>
                Undo
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
