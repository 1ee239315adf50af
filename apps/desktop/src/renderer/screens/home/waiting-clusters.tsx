import { clusters } from '@portolan/console/kinds/clusters';
import { lazy, Suspense } from 'react';
import { useRows } from '../../data/use-rows.ts';

const WaitingCluster = lazy(() =>
  import('./waiting-cluster.tsx').then(({ WaitingCluster: view }) => ({ default: view })),
);

/** Clusters whose agent has never connected. */
export function WaitingClusters() {
  const { rows } = useRows(clusters, { filter: 'state=never-connected', sort: 'name' }, { isPolled: false });
  return (
    <Suspense fallback={null}>
      {rows.map((cluster) => (
        <WaitingCluster key={cluster.id} cluster={cluster} />
      ))}
    </Suspense>
  );
}
