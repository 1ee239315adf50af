import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '../session/session-context.tsx';

interface KindLinkProps {
  readonly kind: string;
  readonly filter?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link to the list of a kind. */
export function KindLink({ kind, filter = '', className, children }: KindLinkProps) {
  const { workspace } = useSession();
  return (
    <Link
      to="/w/$workspace/$kind"
      params={{ workspace, kind }}
      search={filter === '' ? {} : { q: filter }}
      className={className}
    >
      {children}
    </Link>
  );
}
