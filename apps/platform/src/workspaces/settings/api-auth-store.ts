import { eq } from 'drizzle-orm';
import { apiAuth, KEPT_SECRET, type ApiAuthSetting } from '@portolan/contract/settings';
import type { Queries, Transaction } from '../../db/database.ts';
import { clusters } from '../../clusters/schema.ts';
import { workspaceSettings } from './schema.ts';
import type { Sealer } from '../../secrets/seal.ts';

/** Authentication of API callers in workspaces without a setting. */
const DEFAULT: ApiAuthSetting = {
  kind: 'apiKey',
  source: { header: 'Authorization', headerAuthScheme: 'Bearer', query: 'api_key' },
};

/** Returns the setting with its secrets, for gateways. */
export async function openApiAuth(db: Queries, workspace: string, sealer: Sealer): Promise<ApiAuthSetting> {
  const [row] = await db
    .select({ sealed: workspaceSettings.sealedApiAuth })
    .from(workspaceSettings)
    .where(eq(workspaceSettings.workspaceId, workspace));
  return row ? apiAuth.parse(JSON.parse(sealer.open(row.sealed, contextOf(workspace)))) : DEFAULT;
}

/** Returns the setting of a cluster's workspace, without secrets. */
export async function shownApiAuthOf(db: Queries, clusterId: string): Promise<ApiAuthSetting> {
  const [row] = await db
    .select({ shown: workspaceSettings.apiAuth })
    .from(clusters)
    .innerJoin(workspaceSettings, eq(workspaceSettings.workspaceId, clusters.workspaceId))
    .where(eq(clusters.id, clusterId));
  return row?.shown ?? DEFAULT;
}

export async function saveApiAuth(
  tx: Transaction,
  { workspace, sealer }: { readonly workspace: string; readonly sealer: Sealer },
  setting: ApiAuthSetting,
): Promise<void> {
  const content = {
    apiAuth: shownApiAuth(setting),
    sealedApiAuth: sealer.seal(JSON.stringify(setting), contextOf(workspace)),
  };
  await tx
    .insert(workspaceSettings)
    .values({ workspaceId: workspace, ...content })
    .onConflictDoUpdate({ target: workspaceSettings.workspaceId, set: content });
}

/** Returns the setting with its signing secret masked. */
export function shownApiAuth(setting: ApiAuthSetting): ApiAuthSetting {
  if (setting.kind === 'apiKey' || setting.jwt.signingSecret === undefined) return setting;
  return { ...setting, jwt: { ...setting.jwt, signingSecret: KEPT_SECRET } };
}

function contextOf(workspace: string): string {
  return `api-auth ${workspace}`;
}
