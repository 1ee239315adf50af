import { createPublicKey } from 'node:crypto';
import { PLATFORM_HOST, type AgentCredential, type AgentIdentity } from '@portolan/contract/agent';
import { AppError } from '../../app-error.ts';
import type { LinkingAgent } from '../../auth/agents.ts';
import type { Authority } from '@portolan/process/certificate-authority';
import { sharedAuthority } from '../../certificates/shared-authority.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { Platform } from '../../platform.ts';
import {
  deleteUnusedReplacements,
  findCredential,
  insertCredential,
  lockToken,
  setTokenCredential,
  type CredentialRow,
} from './credential-store.ts';

const DAY_MS = 24 * 3600_000;
/** Agents renew their credential after a third of this. */
const CREDENTIAL_DAYS = 90;

/** Issues the certificates with which agents and platform authenticate each other within tunnels. */
export class AgentCredentials {
  readonly #db: Database;
  readonly #authority: () => Promise<Authority>;

  constructor({ db, sealer }: Pick<Platform, 'db' | 'sealer'>) {
    this.#db = db;
    this.#authority = sharedAuthority({
      secrets: { db, sealer },
      name: 'agent-authority',
      commonName: 'Portolan agents',
    });
  }

  /** Returns what the platform shows to agents, and the authority that theirs are of, all in PEM. */
  async serverCredential(): Promise<{ readonly cert: string; readonly key: string; readonly ca: string }> {
    const authority = await this.#authority();
    const { cert, key } = await authority.issue({
      commonName: PLATFORM_HOST,
      hosts: [PLATFORM_HOST],
      usage: 'server',
      notAfter: authority.notAfter,
    });
    if (key === null) throw new Error('a certificate without its key');
    return { cert, key, ca: authority.certificate };
  }

  /** Exchanges an agent token for a credential, once: another public key is refused from then on. */
  async exchange(
    agent: LinkingAgent & { readonly tokenId: string },
    publicKey: string,
  ): Promise<AgentCredential> {
    return this.#db.transaction(async (tx) => {
      const token = await lockToken(tx, agent.tokenId);
      const holder = { clusterId: agent.id, workspace: agent.workspace };
      const der = derOf(publicKey);
      if (token && token.credentialId !== null) return this.#repeat(tx, token.credentialId, der);
      const credential = await this.#issue(tx, holder, der, null);
      await setTokenCredential(tx, agent.tokenId, credential.id);
      return credential;
    });
  }

  /** Issues a credential in place of the one that an agent uses; one that was issued before and never used is dropped. */
  async renew(agent: AgentIdentity, publicKey: string): Promise<AgentCredential> {
    return this.#db.transaction(async (tx) => {
      await deleteUnusedReplacements(tx, agent.credentialId);
      return this.#issue(tx, agent, derOf(publicKey), agent.credentialId);
    });
  }

  async #issue(
    tx: Transaction,
    { clusterId, workspace }: Pick<AgentIdentity, 'clusterId' | 'workspace'>,
    publicKey: Buffer,
    replaces: string | null,
  ): Promise<AgentCredential> {
    const credential = { workspaceId: workspace, clusterId, publicKey, replaces };
    return this.#certify(await insertCredential(tx, credential, CREDENTIAL_DAYS));
  }

  /** The response to an exchange was lost, and it is asked for again. */
  async #repeat(tx: Transaction, id: string, publicKey: Buffer): Promise<AgentCredential> {
    const row = await findCredential(tx, id);
    if (row && row.publicKey.equals(publicKey)) return this.#certify(row);
    throw new AppError('invalid-token', 'This agent token was already used by another agent.', {
      fix: 'Create a new token for the cluster (it replaces that agent) and give it to this one.',
    });
  }

  async #certify(row: CredentialRow): Promise<AgentCredential> {
    const authority = await this.#authority();
    const { cert } = await authority.issue({
      commonName: row.id,
      publicKey: row.publicKey,
      usage: 'client',
      notAfter: new Date(Date.now() + CREDENTIAL_DAYS * DAY_MS),
    });
    return {
      id: row.id,
      certificate: cert,
      authority: authority.certificate,
      issuedAt: row.createdAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    };
  }
}

function derOf(publicKey: string): Buffer {
  const der = Buffer.from(publicKey, 'base64');
  try {
    const { asymmetricKeyType } = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (asymmetricKeyType === 'ed25519') return der;
  } catch {
    // Refused below.
  }
  throw new AppError('invalid-request', 'publicKey: not an Ed25519 key in SPKI.', {
    fields: [{ field: 'publicKey', message: 'not an Ed25519 key' }],
  });
}
