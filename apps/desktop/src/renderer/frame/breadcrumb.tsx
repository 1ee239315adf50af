import { findKindByName } from '@portolan/console/kinds/all-kinds';
import { Link, useParams, useRouterState } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useDetail } from '../data/use-detail.ts';
import { shown } from '../data/words.ts';
import { SCREENS } from '../screens/registry.ts';
import { useSession } from '../session/session-context.tsx';
import type { Kind } from '@portolan/console/kinds/kind';

/** The way from the workspace to the page. */
export function Breadcrumb() {
  const { workspace } = useSession();
  const { kind: name, id } = useParams({ strict: false });
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const screen = SCREENS.find(({ path }) => pathname === `/w/${encodeURIComponent(workspace)}/${path}`);
  const kind = name === undefined ? null : findKindByName(name);
  const title = screen?.title ?? kind?.title;
  if (title === undefined) return null;
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 max-sm:hidden">
      <ol className="flex min-w-0 items-center gap-1">
        <li className="flex shrink-0 items-center gap-1">
          <ChevronRight size={14} aria-hidden className="text-faint" />
          {kind !== null && id !== undefined ? (
            <Link
              to="/w/$workspace/$kind"
              params={{ workspace, kind: kind.name }}
              search={{}}
              className="hover:underline"
            >
              {title}
            </Link>
          ) : (
            <span aria-current="page">{title}</span>
          )}
        </li>
        {kind !== null && id !== undefined && <Current kind={kind} id={id} />}
      </ol>
    </nav>
  );
}

function Current({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const { data } = useDetail(kind, id);
  return (
    <li className="flex min-w-0 items-center gap-1">
      <ChevronRight size={14} aria-hidden className="shrink-0 text-faint" />
      <span aria-current="page" className="truncate">
        {shown(data === undefined || data === null ? id : kind.label(data.row))}
      </span>
    </li>
  );
}
