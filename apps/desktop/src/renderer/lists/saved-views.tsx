import type { Kind } from '@portolan/console/kinds/kind';
import { Button } from '@portolan/ui/button';
import { Input } from '@portolan/ui/input';
import { Popover } from '@portolan/ui/popover';
import { BookmarkPlus, X } from 'lucide-react';
import { useState } from 'react';
import { clsx } from 'clsx';
import { preferences, setPreferences, type SavedView } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { listSearch, type ListSearch } from './list-search.ts';

interface SavedViewsProps {
  readonly kind: Kind;
  readonly search: ListSearch;
  readonly onSelect: (search: ListSearch) => void;
}

/** Filters, orders and columns that were given a name; kept in this browser. */
export function SavedViews({ kind, search, onSelect }: SavedViewsProps) {
  const { views } = useStore(preferences);
  const own = views.filter((view) => view.kind === kind.name);
  const here = textOf(search);
  if (own.length === 0 && here === '{}') return null;
  return (
    <div className="flex flex-wrap items-center gap-1" role="group" aria-label="Saved views">
      <ViewButton isCurrent={here === '{}'} onClick={() => onSelect({})}>
        All
      </ViewButton>
      {own.map((view) => (
        <span key={view.name} className="inline-flex items-center">
          <ViewButton isCurrent={view.search === here} onClick={() => onSelect(searchOf(view))}>
            {view.name}
          </ViewButton>
          {view.search === here && (
            <Button
              variant="quiet"
              size="icon"
              className="size-6"
              aria-label={`Delete view ${view.name}`}
              onClick={() => setPreferences({ views: views.filter((one) => one !== view) })}
            >
              <X size={12} aria-hidden />
            </Button>
          )}
        </span>
      ))}
      {here !== '{}' && own.every((view) => view.search !== here) && (
        <SaveView
          onSave={(name) =>
            setPreferences({
              views: [
                ...views.filter((one) => one.kind !== kind.name || one.name !== name),
                { name, kind: kind.name, search: here },
              ],
            })
          }
        />
      )}
    </div>
  );
}

function ViewButton({
  isCurrent,
  onClick,
  children,
}: {
  readonly isCurrent: boolean;
  readonly onClick: () => void;
  readonly children: string;
}) {
  return (
    <button
      type="button"
      aria-pressed={isCurrent}
      onClick={onClick}
      className={clsx(
        'rounded-md px-2 py-0.5 font-medium',
        isCurrent ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-hover hover:text-text',
      )}
    >
      {children}
    </button>
  );
}

function SaveView({ onSave }: { readonly onSave: (name: string) => void }) {
  const [name, setName] = useState('');
  return (
    <Popover
      title="Save this view"
      trigger={
        <Button variant="quiet" size="small">
          <BookmarkPlus size={14} aria-hidden /> Save view
        </Button>
      }
    >
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') onSave(name.trim().slice(0, 60));
        }}
      >
        <Input aria-label="Name" value={name} onChange={(event) => setName(event.target.value)} autoFocus />
        <Button type="submit" variant="primary">
          Save
        </Button>
      </form>
    </Popover>
  );
}

/** What makes a view; which row is shown beside it does not. */
function textOf({ q, sort, cols }: ListSearch): string {
  return JSON.stringify({
    ...(q === undefined ? {} : { q }),
    ...(sort === undefined ? {} : { sort }),
    ...(cols === undefined ? {} : { cols }),
  });
}

function searchOf({ search }: SavedView): ListSearch {
  try {
    return listSearch.parse(JSON.parse(search));
  } catch {
    return {};
  }
}
