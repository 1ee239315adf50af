import { dictionary } from '@portolan/contract/dictionary';
import { lazy, Suspense, type ComponentType } from 'react';
import { Loading } from '@portolan/ui/loading';

/** A tab that only pages have, beside those of the kind. */
interface Extra {
  readonly id: string;
  readonly title: string;
  /** Tab of the kind that it follows. */
  readonly after: string;
  readonly view: ComponentType<{ readonly row: unknown }>;
}

const METRICS: Extra = {
  id: 'metrics',
  title: 'Metrics',
  after: 'traffic',
  view: lazy(() =>
    import('../screens/metrics/object-metrics.tsx').then(({ ApiMetrics: view }) => ({ default: view })),
  ),
};

const EXTRA = dictionary<readonly Extra[]>({ apis: [METRICS] });

/** Returns the tabs of a kind with those that pages add to them. */
export function withExtraTabs(
  kind: string,
  own: readonly Pick<Extra, 'id' | 'title'>[],
): readonly Pick<Extra, 'id' | 'title'>[] {
  const extra = EXTRA[kind] ?? [];
  return own.flatMap((tab) => [tab, ...extra.filter(({ after }) => after === tab.id)]);
}

export function ExtraTab({
  kind,
  id,
  row,
}: {
  readonly kind: string;
  readonly id: string;
  readonly row: unknown;
}) {
  const found = EXTRA[kind]?.find((one) => one.id === id);
  if (found === undefined) return null;
  return (
    <Suspense fallback={<Loading className="h-48 w-full" />}>
      <found.view row={row} />
    </Suspense>
  );
}
