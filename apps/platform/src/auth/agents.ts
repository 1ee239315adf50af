import { createPublicKey } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { AgentIdentity } from '@portolan/contract/agent';
import { isTicketFor, parseTicket, type TicketPurpose } from '@portolan/process/agent-ticket';
import { AppError } from '../app-error.ts';
import {
  expireCredential,
  findClusterOfToken,
  findCredential,
  findLinkedCluster,
  listValidCredentials,
  recordFirstUse,
} from './agent-credential-store.ts';
import type { Database, Queries } from '../db/database.ts';
import { hashToken } from './secret-token.ts';

/** Connections on which an agent authenticated itself by TLS. */
export class AgentSockets {
  readonly #db: Database;
  readonly #agents = new Map<object, { readonly credentialId: string; identity: AgentIdentity | null }>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Records the credential whose key the peer of a connection has proved to hold. */
  add(socket: Duplex, credentialId: string): void {
    this.#agents.set(socket, { credentialId, identity: null });
    socket.once('close', () => this.#agents.delete(socket));
  }

  /**
   * Returns the agent of a connection.
   * @throws AppError `not-signed-in`, or `invalid-token` when its credential was revoked or expired.
   */
  async require(socket: object): Promise<AgentIdentity> {
    const agent = this.#agents.get(socket);
    if (!agent) {
      throw new AppError(
        'not-signed-in',
        'This operation is available only to agents, over their tunnel connection.',
        {
          fix: 'Run an agent instead: `portolan-agent --platform-url URL --token-file FILE`.',
        },
      );
    }
    agent.identity ??= await authenticateCredential(this.#db, agent.credentialId);
    return agent.identity;
  }

  /** Closes the connections whose credential was revoked or expired, for the given clusters or all. */
  async endInvalid(clusterIds?: ReadonlySet<string>): Promise<void> {
    const concerned = [...this.#agents].filter(
      ([, { identity }]) => !clusterIds || (identity !== null && clusterIds.has(identity.clusterId)),
    );
    if (concerned.length === 0) return;
    const ids = [...new Set(concerned.map(([, { credentialId }]) => credentialId))];
    const rows = await listValidCredentials(this.#db, ids);
    const valid = new Set(rows.map(({ id }) => id));
    for (const [socket, { credentialId }] of concerned)
      if (!valid.has(credentialId)) (socket as Duplex).destroy();
  }
}

/**
 * Returns the agent of a valid credential. The first use of a credential limits the one it replaces to two more days.
 * @throws AppError `invalid-token`.
 */
async function authenticateCredential(db: Queries, id: string): Promise<AgentIdentity> {
  const row = await findCredential(db, id);
  if (!row) throw endedCredential();
  if (row.usedAt === null) {
    await recordFirstUse(db, id);
    if (row.replaces !== null) await expireCredential(db, row.replaces);
  }
  return row.identity;
}

/** Cluster of an agent that links, with the token to exchange unless a ticket was presented. */
export interface LinkingAgent {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  /** Null when a ticket was presented. */
  readonly tokenId: string | null;
}

/** Returns the cluster of the agent token or ticket in an `Authorization` header. @throws AppError `invalid-token`. */
export async function authenticateLink(
  db: Queries,
  authorization: string | undefined,
): Promise<LinkingAgent> {
  const bearer = /^Bearer (\S{20,300})$/i.exec(authorization ?? '')?.[1] ?? '';
  if (parseTicket(bearer)) {
    const [signer] = await authenticateTickets(db, [{ ticket: bearer, purpose: 'link' }]);
    const cluster = signer && (await findLinkedCluster(db, signer.clusterId));
    if (cluster) return { ...cluster, tokenId: null };
    throw endedCredential();
  }
  const row = await findClusterOfToken(db, hashToken(bearer));
  if (row) return row;
  throw new AppError('invalid-token', 'This agent token does not exist or was revoked.', {
    fix: 'Create a new token for the cluster and give it to the agent.',
  });
}

/** Returns, for each ticket, the valid credential that signed it for its purpose, or null; in the same order. */
export async function authenticateTickets(
  db: Queries,
  shown: readonly { readonly ticket: string; readonly purpose: TicketPurpose }[],
): Promise<({ readonly credentialId: string; readonly clusterId: string } | null)[]> {
  const parsed = shown.map(({ ticket }) => parseTicket(ticket));
  const ids = [...new Set(parsed.flatMap((ticket) => (ticket ? [ticket.credentialId] : [])))];
  if (ids.length === 0) return shown.map(() => null);
  const rows = await listValidCredentials(db, ids);
  const byId = new Map(rows.map(({ id, ...row }) => [id, row]));
  return shown.map(({ purpose }, index) => {
    const ticket = parsed[index];
    const row = ticket && byId.get(ticket.credentialId);
    if (!row) return null;
    const key = createPublicKey({ key: row.publicKey, format: 'der', type: 'spki' });
    if (!isTicketFor(ticket, key, purpose)) return null;
    return { credentialId: ticket.credentialId, clusterId: row.clusterId };
  });
}

function endedCredential(): AppError {
  return new AppError('invalid-token', 'The credential of this agent was revoked or has expired.', {
    fix: 'Create a new token for the cluster and give it to the agent.',
  });
}
