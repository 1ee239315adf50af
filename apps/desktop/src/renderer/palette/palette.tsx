import { allKinds } from '@portolan/console/kinds/all-kinds';
import { inText } from '@portolan/console/kinds/format';
import { Dialog as Base } from '@base-ui/react/dialog';
import { Kbd } from '@portolan/ui/kbd';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { inView } from '../actions/in-view.ts';
import { whyNot } from '../actions/offer.ts';
import { loadOffers } from '../actions/use-offers.ts';
import { journal, proposeUndo, take } from '../actions/running.ts';
import { shown } from '../data/headings.ts';
import { allPlaces } from '../frame/places.ts';
import { useWriteLock } from '../preferences/write-lock.ts';
import { mayDo, useSession } from '../session/session-context.tsx';
import { isPaletteOpen } from './open.ts';
import { rank } from './rank.ts';

interface Item {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly keys?: string | undefined;
  run(): void;
}

const SHOWN_MAX = 40;
/** Kinds whose objects are found by name. */
const FOUND = ['apis', 'users', 'groups', 'keys', 'clusters', 'resources'];
const OBJECTS_MAX = 5;

/** Finds places, objects and everything that can be done, by a few letters. */
export function Palette() {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLUListElement>(null);
  const items = useItems(query);
  const close = () => isPaletteOpen.set(false);
  const run = (item: Item | undefined) => {
    if (item === undefined) return;
    close();
    item.run();
  };
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <Base.Root open onOpenChange={(open) => !open && close()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup
          data-layer
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-[min(40rem,calc(100vw-2rem))] -translate-x-1/2 flex-col rounded-lg border border-line bg-raised shadow-popup outline-none"
        >
          <Base.Title className="sr-only">Search and commands</Base.Title>
          <input
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={items[at] === undefined ? undefined : `${listId}-${at}`}
            aria-label="Search and commands"
            placeholder="Go to, find or do …"
            className="w-full rounded-t-lg border-b border-line bg-transparent px-4 py-3 text-lg outline-none"
            value={query}
            spellCheck={false}
            onChange={(event) => {
              setQuery(event.target.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
              if (step !== 0) {
                event.preventDefault();
                setAt((items.length + at + step) % Math.max(1, items.length));
              }
              if (event.key === 'Enter') {
                event.preventDefault();
                run(items[at]);
              }
            }}
          />
          <ul
            ref={list}
            id={listId}
            role="listbox"
            aria-label="Results"
            className="min-h-0 flex-1 overflow-y-auto p-1"
          >
            {items.map((item, index) => (
              // The field has the keys; the list follows.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
              <li
                key={item.id}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === at}
                className={clsx('flex items-center gap-3 rounded px-3 py-1.5', index === at && 'bg-selected')}
                onMouseMove={() => setAt(index)}
                onClick={() => run(item)}
              >
                <span className="min-w-0 flex-1 truncate">{item.label}</span>
                <span className="shrink-0 text-sm text-muted">{item.note}</span>
                {item.keys !== undefined && <Kbd>{item.keys}</Kbd>}
              </li>
            ))}
            {items.length === 0 && <li className="px-3 py-2 text-muted">Nothing found.</li>}
          </ul>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function useItems(query: string): readonly Item[] {
  const places = usePlaces();
  const deferred = useDeferredValue(query.trim());
  const objects = useObjects(deferred);
  const actions = [...useActionsInView(), ...useActions()];
  const known = rank([...places, ...actions], query.trim(), ({ label }) => label);
  return [...(query === '' ? places : known), ...objects, ...(query === '' ? actions : [])].slice(
    0,
    SHOWN_MAX,
  );
}

function usePlaces(): readonly Item[] {
  const navigate = useNavigate();
  const { workspace } = useSession();
  return allPlaces.map(({ path, title, keys }) => ({
    id: `place ${path}`,
    label: title,
    note: 'Go to',
    keys: keys[0],
    run: () => void navigate({ to: '/w/$workspace/$kind', params: { workspace, kind: path }, search: {} }),
  }));
}

/** What needs nothing selected can be done from anywhere. */
function useActions(): readonly Item[] {
  const session = useSession();
  const { isLocked } = useWriteLock();
  const { data: offers = [] } = useQuery({
    queryKey: ['offers', '*', session.role],
    queryFn: async () => {
      const { offersOf } = await loadOffers();
      return allKinds
        .flatMap(({ name }) => offersOf(name))
        .filter(({ action, takes }) => takes === 'none' && mayDo(session, action.permission));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const undo = journal
    .get()
    .filter((done) => done.undo !== undefined)
    .slice(0, 5)
    .map((done): Item => ({
      id: `undo ${done.at}`,
      label: `Undo: ${done.text}`,
      note: 'Undo',
      run: () => proposeUndo(done),
    }));
  if (isLocked) return [];
  const once = new Map(offers.map((offer) => [offer.action.id, offer]));
  return [
    ...[...once.values()].map((offer): Item => ({
      id: offer.action.id,
      label: offer.title ?? offer.action.title,
      note: 'Do',
      run: () => take({ offer, selected: [] }),
    })),
    ...undo,
  ];
}

/** What can be done to the object in view. */
function useActionsInView(): readonly Item[] {
  const session = useSession();
  const { isLocked } = useWriteLock();
  const [shownObject] = useState(inView.get);
  const { data: offers = [] } = useQuery({
    queryKey: ['offers in view', shownObject?.kind.name, session.role],
    queryFn: async () => {
      const { offersOf } = await loadOffers();
      if (shownObject === null) return [];
      return offersOf(shownObject.kind.name).filter(
        (offer) =>
          offer.takes !== 'none' &&
          mayDo(session, offer.action.permission) &&
          whyNot(offer, [shownObject.row]) === null,
      );
    },
    gcTime: 0,
  });
  if (isLocked || shownObject === null) return [];
  const { kind, row } = shownObject;
  return offers.map((offer): Item => ({
    id: `in view ${offer.action.id}`,
    label: offer.title ?? offer.action.title,
    note: shown(kind.label(row)),
    keys: (offer.keys ?? offer.action.keys)[0],
    run: () => take({ offer, selected: [row] }),
  }));
}

/** Objects by name, found by the platform. */
function useObjects(query: string): readonly Item[] {
  const session = useSession();
  const navigate = useNavigate();
  const kinds = allKinds.filter(({ name }) => FOUND.includes(name));
  const filter = `"${query.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  const found = useQueries({
    queries: kinds.map((kind) => ({
      queryKey: ['find', session.workspace, kind.name, query],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        kind.fetch(session, { filter, limit: OBJECTS_MAX }, signal),
      enabled: query.length >= 2,
      staleTime: 10_000,
    })),
  });
  return kinds.flatMap((kind, at) =>
    (query.length < 2 ? [] : (found[at]?.data?.items ?? [])).map((row): Item => ({
      id: `${kind.name} ${kind.id(row)}`,
      label: shown(kind.label(row)),
      note: inText(kind.singular),
      run: () =>
        void navigate({
          to: '/w/$workspace/$kind/$id',
          params: { workspace: session.workspace, kind: kind.name, id: kind.id(row) },
          search: {},
        }),
    })),
  );
}
