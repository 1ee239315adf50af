import { and, eq, isNull } from 'drizzle-orm';
import type { AgentIdentity } from '@portolan/contract/agent';
import { agentTokens, clusters } from '../clusters/schema.ts';
import type { Queries } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import { hashToken } from './secret-token.ts';

/** Connections that were authenticated as those of an agent. */
export class AgentSockets {
  readonly #identities = new WeakMap<object, AgentIdentity>();

  bind(socket: object, identity: AgentIdentity): void {
    this.#identities.set(socket, identity);
  }

  find(socket: object): AgentIdentity | undefined {
    return this.#identities.get(socket);
  }

  /** Returns the agent whose connection it is; fails with `not-signed-in` if it is none's. */
  require(socket: object): AgentIdentity {
    const identity = this.find(socket);
    if (identity) return identity;
    throw new AppError(
      'not-signed-in',
      'This call is for agents, on their own connections through a tunnel.',
      {
        fix: 'Run an agent: `portolan-agent --platform-url URL --token-file FILE`.',
      },
    );
  }
}

/** A cluster whose agent token was presented. */
export interface TokenCluster {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
}

/** Returns the cluster of the agent token in an `Authorization` header; fails with `invalid-token`. */
export async function authenticateAgentToken(
  db: Queries,
  authorization: string | undefined,
): Promise<TokenCluster> {
  const token = /^Bearer (\S{20,200})$/i.exec(authorization ?? '')?.[1];
  const [cluster] =
    token === undefined
      ? []
      : await db
          .select({ id: clusters.id, name: clusters.name, workspace: clusters.workspaceId })
          .from(agentTokens)
          .innerJoin(clusters, eq(clusters.id, agentTokens.clusterId))
          .where(and(eq(agentTokens.hash, hashToken(token)), isNull(agentTokens.revokedAt)));
  if (cluster) return cluster;
  throw new AppError('invalid-token', 'This agent token is unknown or was revoked.', {
    fix: 'Create a new token for the cluster and give it to the agent.',
  });
}
