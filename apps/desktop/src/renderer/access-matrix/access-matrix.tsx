import { ACCESS_WORDS, planAccess } from '@portolan/console/actions/change-access';
import { counted } from '@portolan/console/kinds/format';
import type { ApiView } from '@portolan/contract/resources';
import { Button } from '@portolan/ui/button';
import { EmptyState } from '@portolan/ui/empty-state';
import { Input } from '@portolan/ui/input';
import { Loading } from '@portolan/ui/loading';
import { Grid3x3 } from 'lucide-react';
import { useState } from 'react';
import { propose } from '../actions/running.ts';
import { ErrorPanel } from '../data/error-panel.tsx';
import { useTitle } from '../frame/use-title.ts';
import { useWriteLock } from '../preferences/write-lock.ts';
import { mayDo, useSession } from '../session/session-context.tsx';
import { useScreenSearch } from '../screens/use-screen-search.ts';
import { CellPanel } from './cell-panel.tsx';
import { MatrixGrid } from './matrix-grid.tsx';
import { usePending, type PendingChange } from './pending.ts';
import { useMatrix } from './use-matrix.ts';

/** Who may call what: groups across, APIs down, each cell with its reason, changed by plan. */
export function AccessMatrix() {
  useTitle('Access matrix');
  const search = useScreenSearch();
  const apiText = search.get('apis');
  const groupText = search.get('groups');
  const { shown, error, retry } = useMatrix(apiText, groupText);
  const { pending, toggle, clear } = usePending();
  const [selected, setSelected] = useState<{ readonly api: ApiView; readonly group: string } | null>(null);
  const session = useSession();
  const { isLocked } = useWriteLock();
  const mayWrite = mayDo(session, 'resources.write');
  const whyNot = mayWrite
    ? isLocked
      ? 'Writing is locked. Unlock it in the top bar.'
      : null
    : `Your role ${session.role} may not change access.`;
  return (
    <div className="flex h-full min-h-0 flex-col gap-3 p-4 md:p-6">
      <Header apiText={apiText} groupText={groupText} />
      {error !== null && <ErrorPanel error={error} onRetry={retry} />}
      {shown === null ? (
        error === null && <Loading className="h-64 w-full" />
      ) : shown.matrix.apis.length === 0 || shown.matrix.groups.length === 0 ? (
        <EmptyState icon={<Grid3x3 size={32} />} title="Nothing to show">
          {apiText === '' && groupText === ''
            ? 'Access is granted to groups: create an API and a group first.'
            : 'No API or no group matches. Clear the filters.'}
        </EmptyState>
      ) : (
        <div className="flex min-h-0 flex-1 gap-4 max-lg:flex-col">
          <MatrixGrid
            {...shown}
            pending={pending}
            selected={selected}
            onSelect={setSelected}
            onToggle={whyNot === null ? toggle : undefined}
          />
          <CellPanel
            selected={selected}
            matrix={shown.matrix}
            pending={pending}
            whyNot={whyNot}
            onToggle={toggle}
          />
        </div>
      )}
      {pending.size > 0 && <PendingBar pending={[...pending.values()]} onDiscard={clear} onApplied={clear} />}
    </div>
  );
}

function Header({ apiText, groupText }: { readonly apiText: string; readonly groupText: string }) {
  const search = useScreenSearch();
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-2xl font-semibold">Access matrix</h1>
      <div className="ml-auto flex gap-2 max-sm:w-full">
        <Input
          aria-label="APIs"
          placeholder="APIs: words or a filter"
          value={apiText}
          onChange={(event) => search.set({ apis: event.target.value })}
        />
        <Input
          aria-label="Groups"
          placeholder="Groups: part of a name"
          value={groupText}
          onChange={(event) => search.set({ groups: event.target.value })}
        />
      </div>
    </header>
  );
}

interface PendingBarProps {
  readonly pending: readonly PendingChange[];
  readonly onDiscard: () => void;
  readonly onApplied: () => void;
}

/** What is chosen and not yet applied. */
function PendingBar({ pending, onDiscard, onApplied }: PendingBarProps) {
  const session = useSession();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const review = async () => {
    setBusy(true);
    setError(null);
    try {
      const plan = await planAccess(session, {
        grants: pending.filter(({ isGrant }) => isGrant),
        revocations: pending.filter(({ isGrant }) => !isGrant),
      });
      propose({ plan, words: ACCESS_WORDS, onDone: onApplied });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const grants = pending.filter(({ isGrant }) => isGrant).length;
  return (
    <div
      className="flex shrink-0 flex-col gap-2 rounded-lg border border-accent bg-panel p-3"
      role="region"
      aria-label="Changes"
    >
      {error !== null && <ErrorPanel error={error} />}
      <div className="flex flex-wrap items-center gap-2">
        <p role="status" className="mr-auto">
          {counted(pending.length, 'change')} not applied: {grants} to grant, {pending.length - grants} to
          revoke
        </p>
        <Button onClick={onDiscard}>Discard</Button>
        <Button variant="primary" disabled={isBusy} onClick={() => void review()}>
          {isBusy ? 'Please wait …' : 'Review changes'}
        </Button>
      </div>
    </div>
  );
}
