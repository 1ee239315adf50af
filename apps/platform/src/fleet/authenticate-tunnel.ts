import { and, eq, isNull } from 'drizzle-orm';
import { hashToken } from '../access/secret-token.ts';
import type { Database } from '../db/database.ts';
import { agentTokens } from '../db/schema/agent-tokens.ts';
import { AppError } from '../http/app-error.ts';
import { findTunnel } from './tunnel-store.ts';

/** Whose tunnel an agent token may open at a broker: 401 unknown token, 409 another cluster's tunnel, 403 not assigned. */
export async function authenticateTunnel(
  db: Database,
  brokerId: string,
  { token, tunnelId }: { readonly token: string; readonly tunnelId: string },
): Promise<{ clusterId: string; workspace: string; tokenId: string }> {
  const [known] = await db
    .select({ tokenId: agentTokens.id, clusterId: agentTokens.clusterId, workspace: agentTokens.workspaceId })
    .from(agentTokens)
    .where(and(eq(agentTokens.hash, hashToken(token)), isNull(agentTokens.revokedAt)));
  if (!known) {
    throw new AppError('invalid-token', 'This agent token is unknown or was revoked.', {
      fix: 'Create a new token for the cluster and give it to the agent.',
    });
  }
  const tunnel = await findTunnel(db, tunnelId);
  if (tunnel && tunnel.clusterId !== known.clusterId) {
    throw new AppError('token-in-use', 'This agent token belongs to another cluster than this tunnel.', {
      fix: 'Give each cluster its own token.',
    });
  }
  if (!tunnel || tunnel.brokerId !== brokerId) {
    throw new AppError('not-allowed', 'This tunnel is not assigned to this cluster at this broker.', {
      fix: 'The agent asks for its tunnels again by itself.',
    });
  }
  return known;
}
