import { alertThreshold, EVERY, type AlertRule } from '@portolan/contract/alerts';
import type { z } from 'zod';
import type { Database } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { enterWorkspace } from '../db/tenancy.ts';
import { insertRuleIfNew, renameRule, listWorkspacesBehind, markDefaultRules } from './rule-store.ts';

/** Raised with each change of the list; what a workspace has changed or deleted since stays so. */
const VERSION = 2;

interface DefaultRule {
  readonly name: string;
  /** Version of the list that it came with; 1 unless given. */
  readonly since?: number;
  /** Its name in the version before. */
  readonly formerName?: string;
  readonly severity: AlertRule['severity'];
  readonly kind: 'api' | 'workspace';
  readonly threshold: z.input<typeof alertThreshold>;
}

const above = (value: number) => ({ above: true, value });

/** Rules that every workspace begins with. Burn rates and windows are those of the Site Reliability Workbook, chapter 5. */
export const DEFAULT_RULES: readonly DefaultRule[] = [
  {
    name: 'API errors above 5 %',
    severity: 'warning',
    kind: 'api',
    threshold: {
      metric: 'errorRatio',
      condition: above(0.05),
      occurrence: 3,
      timeRange: 600,
      minRequests: 20,
    },
  },
  {
    name: 'API error budget burns fast',
    severity: 'critical',
    kind: 'api',
    threshold: {
      metric: 'burnRate',
      condition: above(14.4),
      timeRange: 3600,
      objective: 99.9,
      minRequests: 100,
    },
  },
  {
    name: 'API error budget burns slowly',
    severity: 'warning',
    kind: 'api',
    threshold: {
      metric: 'burnRate',
      condition: above(6),
      timeRange: 21_600,
      objective: 99.9,
      minRequests: 100,
    },
  },
  {
    name: 'API p99 above 5 s',
    severity: 'warning',
    kind: 'api',
    threshold: { metric: 'p99', condition: above(5), occurrence: 5, timeRange: 600, minRequests: 20 },
  },
  state('Clusters disconnected', 'critical', 'clustersDisconnected'),
  state('Tunnels down', 'warning', 'tunnelsDown'),
  state('Brokers down', 'critical', 'brokersDown'),
  state('Resources with errors', 'warning', 'problems'),
  {
    ...state('Certificates with a quarter of their life left', 'warning', 'certificatesExpiring'),
    formerName: 'Certificates expire within 7 days',
  },
  {
    ...state('Certificates with an eighth of their life left', 'critical', 'certificatesExpiringSoon'),
    since: 2,
  },
  state('API keys expire within 7 days', 'info', 'keysExpiring'),
];

function state(
  name: string,
  severity: DefaultRule['severity'],
  metric: DefaultRule['threshold']['metric'],
): DefaultRule {
  return { name, severity, kind: 'workspace', threshold: { metric, condition: above(0) } };
}

/** Gives workspaces the default rules that they were not given yet. */
export async function ensureDefaultRules(db: Database): Promise<void> {
  for (const { id: workspace, version: before } of await listWorkspacesBehind(db, VERSION)) {
    await db.transaction(async (tx) => {
      await enterWorkspace(tx, workspace);
      if (!(await markDefaultRules(tx, workspace, VERSION))) return;
      for (const { name, formerName } of DEFAULT_RULES)
        if (formerName !== undefined) await renameRule(tx, workspace, { from: formerName, to: name });
      const added = DEFAULT_RULES.filter(({ since = 1 }) => since > before);
      for (const { name, severity, kind, threshold } of added) {
        await insertRuleIfNew(tx, {
          id: newId('alr'),
          workspaceId: workspace,
          name,
          severity,
          enabled: true,
          kind,
          namespace: '',
          target: EVERY,
          clusterId: null,
          threshold: alertThreshold.parse(threshold),
        });
      }
    });
  }
}
