import type { Kind } from '@portolan/console/kinds/kind';
import { Button } from '@portolan/ui/button';
import { EmptyState } from '@portolan/ui/empty-state';
import { Inbox, SearchX } from 'lucide-react';
import type { Entry } from './list-header.tsx';

interface EmptyListProps {
  readonly kind: Kind;
  readonly filter: string;
  readonly onClear: () => void;
  /** What fills the list; undefined where that is not up to this account. */
  readonly entry: Entry | undefined;
}

/** Nothing is there, or nothing of what was asked for: two different things to do about it. */
export function EmptyList({ kind, filter, onClear, entry }: EmptyListProps) {
  const [title = kind.empty, ...more] = kind.empty.split(/(?<=\.) |: /);
  return (
    <div className="flex-1 rounded-lg border border-line bg-panel">
      {filter === '' ? (
        <EmptyState
          icon={<Inbox size={32} />}
          title={title.replace(/\.$/, '')}
          {...(entry === undefined
            ? {}
            : {
                actions: (
                  <Button variant="primary" onClick={entry.run}>
                    {entry.title}
                  </Button>
                ),
              })}
        >
          {more.length === 0 ? undefined : <WithCode text={capital(more.join(' '))} />}
        </EmptyState>
      ) : (
        <EmptyState
          icon={<SearchX size={32} />}
          title={`Nothing matches ${filter}`}
          actions={
            <button type="button" className="text-accent underline" onClick={onClear}>
              Clear the filter
            </button>
          }
        />
      )}
    </div>
  );
}

/** A text whose parts in backticks are commands and names. */
function WithCode({ text }: { readonly text: string }) {
  return text.split(/`([^`]+)`/).map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- parts have no identity but their place
      <code key={at} className="rounded bg-sunken px-1 font-mono text-sm">
        {part}
      </code>
    ),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
