import { listMetricChanges, topMetrics } from '@portolan/contract/metrics-top';
import { getMetrics, listLogs } from '@portolan/contract/telemetry';
import { getCluster } from '../clusters/service.ts';
import { mount } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { listChanges } from './changes-store.ts';
import { pruneTelemetry } from './jobs.ts';
import { listLogPage } from './log-store.ts';
import { readMetrics } from './series-store.ts';
import { readTop } from './top.ts';

/** Routes for metrics and logs of clusters. */
export const telemetry: CreateCapability = ({ db }) => ({
  routes(api) {
    mount(api, getMetrics, async ({ workspace, query }, { tx }) => {
      const cluster =
        query.cluster === undefined ? null : (await getCluster(tx, workspace.id, query.cluster)).id;
      return { series: await readMetrics(tx, workspace.id, cluster, query) };
    });
    mount(api, topMetrics, ({ workspace, query }, { tx }) => readTop(tx, workspace.id, query));
    mount(api, listMetricChanges, async ({ workspace, query }, { tx }) => ({
      changes: await listChanges(tx, workspace.id, {
        since: new Date(query.since),
        until: query.until === undefined ? new Date() : new Date(query.until),
        of: query.name === undefined ? null : { namespace: query.namespace ?? '', name: query.name },
      }),
    }));
    mount(api, listLogs, ({ workspace, query }, { tx }) => listLogPage(tx, workspace.id, query));
  },
  jobs: pruneTelemetry(db),
});
