import { EmptyState } from '@portolan/ui/empty-state';
import { SearchX } from 'lucide-react';
import { useSession } from '../session/session-context.tsx';

/** The page of an address that leads nowhere. */
export function UnknownKind({ name }: { readonly name: string }) {
  const { workspace } = useSession();
  return (
    <EmptyState
      icon={<SearchX size={32} />}
      title={`There is no page "${name}"`}
      actions={
        <a className="text-accent underline" href={`/w/${encodeURIComponent(workspace)}`}>
          Go to the start page
        </a>
      }
    >
      The address may be mistyped, or of another version of Portolan.
    </EmptyState>
  );
}
