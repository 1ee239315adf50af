import { clusters } from '@portolan/console/kinds/clusters';
import { logs } from '@portolan/console/kinds/logs';
import { parseFor } from '@portolan/console/lists/sort-rows';
import { Autocomplete } from '@portolan/ui/autocomplete';
import { Button } from '@portolan/ui/button';
import { EmptyState } from '@portolan/ui/empty-state';
import { Input } from '@portolan/ui/input';
import { Select } from '@portolan/ui/select';
import { Loading } from '@portolan/ui/loading';
import { ScrollText, SearchX } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { useRows } from '../../data/use-rows.ts';
import { useScreenSearch } from '../../frame/use-screen-search.ts';
import { useShortcuts } from '../../frame/shortcuts.ts';
import { useTitle } from '../../frame/use-title.ts';
import { logFilter, logSearch, partOf, type LogSearch } from './log-filter.ts';
import { LogLines } from './log-lines.tsx';

const APPLY_MS = 250;
const LEVELS = [
  { value: 'info', label: 'All levels' },
  { value: 'warn', label: 'Warnings and worse' },
  { value: 'error', label: 'Errors and worse' },
  { value: 'fatal', label: 'Fatal' },
] as const;

/** What the agents log, as it comes: by level, part of the agent, cluster and text. */
export function LogsScreen() {
  useTitle('Logs');
  const [search, change] = useScreenSearch(logSearch);
  const list = useRows(logs, { filter: logFilter(search), sort: '-time' });
  const { rows, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  return (
    <div className="flex h-full min-h-0 flex-col gap-3 p-4">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold">Logs</h1>
        <p role="status" className="text-muted">
          {list.isPending ? '' : `${list.matched.toLocaleString()} of the last 24 hours`}
        </p>
      </header>
      <Filters
        search={search}
        onChange={change}
        parts={[...new Set(rows.map(({ event }) => partOf(event)))]}
      />
      {list.error !== null && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && list.error === null && <Loading className="min-h-0 w-full flex-1" />}
      {!list.isPending && rows.length === 0 && (
        <NoEntries isFiltered={logFilter(search) !== ''} onClear={() => change(NOTHING)} />
      )}
      {rows.length > 0 && <LogLines rows={rows} hasMore={list.hasNextPage} onMore={more} />}
    </div>
  );
}

const NOTHING = { level: undefined, part: undefined, cluster: undefined, q: undefined };

interface FiltersProps {
  readonly search: LogSearch;
  readonly onChange: (next: Partial<Record<keyof LogSearch, string | undefined>>) => void;
  /** Parts that have logged something lately. */
  readonly parts: readonly string[];
}

function Filters({ search, onChange, parts }: FiltersProps) {
  const { rows } = useRows(clusters, { filter: '', sort: 'name' }, { isPolled: false });
  const [part, setPart] = useDelayed(search.part, (next) => onChange({ part: next || undefined }));
  const [cluster, setCluster] = useDelayed(search.cluster, (next) =>
    onChange({ cluster: next || undefined }),
  );
  const [text, setText] = useDelayed(search.q, (next) => {
    if (parseFor(logs, next).ok) onChange({ q: next || undefined });
  });
  const input = useRef<HTMLInputElement>(null);
  useShortcuts('Logs', [{ keys: ['/'], title: 'Search the logs', run: () => input.current?.focus() }]);
  const parsed = parseFor(logs, text);
  return (
    <div className="flex flex-wrap items-start gap-2">
      <Select
        label="Level"
        value={search.level}
        options={LEVELS}
        onChange={(level) => onChange({ level: level === 'info' ? undefined : level })}
      />
      <div className="w-40">
        <Autocomplete
          aria-label="Part"
          placeholder="All parts"
          value={part}
          onChange={setPart}
          items={parts}
        />
      </div>
      <div className="w-44">
        <Autocomplete
          aria-label="Cluster"
          placeholder="All clusters"
          value={cluster}
          onChange={setCluster}
          items={rows.map(({ name }) => name)}
        />
      </div>
      <div className="min-w-56 flex-1">
        <Input
          ref={input}
          type="search"
          aria-label="Text"
          placeholder="Words, api=flights, /regex/"
          value={text}
          spellCheck={false}
          aria-invalid={parsed.ok ? undefined : true}
          onChange={(event) => setText(event.target.value)}
        />
        {!parsed.ok && <p className="text-sm text-bad">{parsed.error.message}</p>}
      </div>
    </div>
  );
}

/** Returns a text that is applied when its last key was some time ago; it follows changes from outside, such as a link. */
function useDelayed(
  applied: string,
  apply: (text: string) => void,
): readonly [string, (text: string) => void] {
  const [text, setText] = useState(applied);
  const [last, setLast] = useState(applied);
  const latest = useRef(apply);
  useEffect(() => {
    latest.current = apply;
  });
  if (applied !== last) {
    setLast(applied);
    setText(applied);
  }
  useEffect(() => {
    if (text === applied) return undefined;
    const timer = setTimeout(() => latest.current(text), APPLY_MS);
    return () => clearTimeout(timer);
  }, [text, applied]);
  return [text, setText];
}

function NoEntries({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  return (
    <div className="flex-1 rounded-lg border border-line bg-panel">
      {isFiltered ? (
        <EmptyState
          icon={<SearchX size={32} />}
          title="No entries match"
          actions={<Button onClick={onClear}>Show all entries</Button>}
        >
          Of the last 24 hours; new ones appear by themselves.
        </EmptyState>
      ) : (
        <EmptyState icon={<ScrollText size={32} />} title="No log entries in the last 24 hours">
          Agents report what is unusual: warnings, errors and changes of their state. They appear by
          themselves.
        </EmptyState>
      )}
    </div>
  );
}
