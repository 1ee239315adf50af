import { isKindName, KIND_TITLES } from '@portolan/console/kinds/kind-titles';
import { Link, useParams, useRouterState } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { SCREENS } from '../screens/registry.ts';
import { useSession } from '../session/session-context.tsx';

const ObjectCrumb = lazy(() =>
  import('./object-crumb.tsx').then(({ ObjectCrumb: view }) => ({ default: view })),
);

/** The way from the workspace to the page. */
export function Breadcrumb() {
  const { workspace } = useSession();
  const { kind: name, id } = useParams({ strict: false });
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const screen = SCREENS.find(({ path }) => pathname === `/w/${encodeURIComponent(workspace)}/${path}`);
  const kindTitle = name !== undefined && isKindName(name) ? KIND_TITLES[name] : undefined;
  const title = screen?.title ?? kindTitle;
  if (title === undefined) return null;
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 max-sm:hidden">
      <ol className="flex min-w-0 items-center gap-1">
        <li className="flex shrink-0 items-center gap-1">
          <ChevronRight size={14} aria-hidden className="text-faint" />
          {name !== undefined && id !== undefined ? (
            <Link
              to="/w/$workspace/$kind"
              params={{ workspace, kind: name }}
              search={{}}
              className="hover:underline"
            >
              {title}
            </Link>
          ) : (
            <span aria-current="page">{title}</span>
          )}
        </li>
        {name !== undefined && id !== undefined && (
          <Suspense fallback={null}>
            <ObjectCrumb kind={name} id={id} />
          </Suspense>
        )}
      </ol>
    </nav>
  );
}
