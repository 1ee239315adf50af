import { dictionary } from '@portolan/contract/dictionary';
import { lazy, Suspense, type ComponentType } from 'react';
import type { ListExtraProps } from './list-extra-props.ts';

const EXTRAS = dictionary<ComponentType<ListExtraProps>>({
  audit: lazy(() =>
    import('../screens/audit/audit-tools.tsx').then(({ AuditTools: view }) => ({ default: view })),
  ),
});

/** Shows what the list of a kind has of its own; nothing for most. */
export function ListExtra({ kind, ...props }: ListExtraProps & { readonly kind: string }) {
  const Extra = EXTRAS[kind];
  if (Extra === undefined) return null;
  return (
    <Suspense fallback={null}>
      <Extra {...props} />
    </Suspense>
  );
}
