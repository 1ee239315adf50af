import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { House } from 'lucide-react';
import { SECTIONS } from '../screens/registry.ts';
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
        <section key={section} aria-labelledby={`section-${section}`}>
          <h2 id={`section-${section}`} className="px-2 pt-4 pb-1 text-xs font-medium text-muted">
            {section}
          </h2>
          <ul>
            {placesOf(section).map((place) => (
              <PlaceLink key={place.path} place={place} onChoose={onChoose} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
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
