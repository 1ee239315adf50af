import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { ChevronDown, House } from 'lucide-react';
import { preferences, setPreferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { SECTIONS, type Section } from '../screens/registry.ts';
import { useSession } from '../session/session-context.tsx';
import { placesOf, type Place } from './places.ts';

const HOME: Place = { path: '', title: 'Home', icon: House, keys: ['g h'] };

/** All places of the workspace. On narrow screens it covers the page until a place is chosen. */
export function Sidebar({ isOpen, onChoose }: { readonly isOpen: boolean; readonly onChoose: () => void }) {
  return (
    <nav
      id="sidebar"
      aria-label="Workspace"
      className={clsx(
        'min-h-0 w-52 shrink-0 overflow-y-auto border-r border-line bg-panel px-2 py-3',
        isOpen
          ? 'max-md:fixed max-md:inset-y-0 max-md:top-12 max-md:left-0 max-md:z-30 max-md:shadow-popup'
          : 'hidden',
      )}
    >
      <ul>
        <PlaceLink place={HOME} onChoose={onChoose} />
      </ul>
      {SECTIONS.map((section) => (
        <SectionPlaces key={section} section={section} onChoose={onChoose} />
      ))}
    </nav>
  );
}

/** Places of a section; closed, the current page alone. */
function SectionPlaces({ section, onChoose }: { readonly section: Section; readonly onChoose: () => void }) {
  const { closedSections } = useStore(preferences);
  const isClosed = closedSections.includes(section);
  const id = `section-${section}`;
  const toggle = () =>
    setPreferences({
      closedSections: isClosed
        ? closedSections.filter((one) => one !== section)
        : [...closedSections, section],
    });
  return (
    <section aria-labelledby={id}>
      <h2 className="pt-3">
        <button
          id={id}
          type="button"
          aria-expanded={!isClosed}
          onClick={toggle}
          className="flex min-h-6 w-full items-center gap-1 rounded px-2 text-xs font-medium text-muted outline-offset-[-2px] hover:text-text"
        >
          {section}
          <ChevronDown size={12} aria-hidden className={clsx('ml-auto', isClosed && '-rotate-90')} />
        </button>
      </h2>
      <ul className={clsx(isClosed && '[&>li:not(:has([aria-current=page]))]:hidden')}>
        {placesOf(section).map((place) => (
          <PlaceLink key={place.path} place={place} onChoose={onChoose} />
        ))}
      </ul>
    </section>
  );
}

function PlaceLink({ place, onChoose }: { readonly place: Place; readonly onChoose: () => void }) {
  const { workspace } = useSession();
  const { icon: Icon, path, title } = place;
  const common = {
    onClick: onChoose,
    className:
      'flex items-center gap-2 rounded-md px-2 py-1 text-muted outline-offset-[-2px] hover:bg-hover hover:text-text aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-text',
  };
  const content = (
    <>
      <Icon size={15} aria-hidden className="shrink-0" />
      <span className="truncate">{title}</span>
    </>
  );
  return (
    <li>
      {path === '' ? (
        <Link to="/w/$workspace" params={{ workspace }} activeOptions={{ exact: true }} {...common}>
          {content}
        </Link>
      ) : (
        <Link
          to="/w/$workspace/$kind"
          params={{ workspace, kind: path }}
          search={{}}
          activeOptions={{ includeSearch: false }}
          {...common}
        >
          {content}
        </Link>
      )}
    </li>
  );
}
