import { and, inArray, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import type { authenticateRequest, authenticateVerdict } from '@portolan/contract/broker-link';
import { hashToken } from '../auth/secret-token.ts';
import type { Database } from '../db/database.ts';
import { agentTokens } from '../clusters/schema.ts';
import { tunnels } from './schema.ts';

type Dial = z.output<typeof authenticateRequest>['dials'][number];
type Verdict = z.input<typeof authenticateVerdict>;

const UNKNOWN: Verdict = {
  status: 401,
  code: 'invalid-token',
  message: 'This agent token is unknown or was revoked.',
};
const FOREIGN: Verdict = {
  status: 409,
  code: 'token-in-use',
  message: 'This agent token belongs to another cluster than this tunnel.',
};
const UNASSIGNED: Verdict = {
  status: 403,
  code: 'not-allowed',
  message: 'This tunnel is not assigned to this cluster at this broker.',
};

/** Whose tunnels agents may open at a broker; a thousand dials cost a few queries. */
export async function authenticateDials(
  db: Database,
  brokerId: string,
  dials: readonly Dial[],
): Promise<Verdict[]> {
  const hashes = dials.map(({ token }) => hashToken(token));
  const known = await db
    .select({
      hash: agentTokens.hash,
      tokenId: agentTokens.id,
      clusterId: agentTokens.clusterId,
      workspace: agentTokens.workspaceId,
    })
    .from(agentTokens)
    .where(and(inArray(agentTokens.hash, hashes), isNull(agentTokens.revokedAt)));
  const ids = dials.map(({ tunnelId }) => tunnelId);
  const assigned = await db
    .select({ id: tunnels.id, clusterId: tunnels.clusterId, brokerId: tunnels.brokerId })
    .from(tunnels)
    .where(inArray(tunnels.id, ids));
  const byHash = new Map(known.map(({ hash, ...identity }) => [hash.toString('hex'), identity]));
  const byId = new Map(assigned.map((tunnel) => [tunnel.id, tunnel]));
  return dials.map(({ tunnelId }, index) => {
    const identity = byHash.get(hashes[index]?.toString('hex') ?? '');
    const tunnel = byId.get(tunnelId);
    if (!identity) return UNKNOWN;
    if (tunnel && tunnel.clusterId !== identity.clusterId) return FOREIGN;
    return tunnel?.brokerId === brokerId ? { identity } : UNASSIGNED;
  });
}
