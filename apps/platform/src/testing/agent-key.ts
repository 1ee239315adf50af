import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AgentCredential } from '@portolan/contract/agent';
import { signTicket, type TicketPurpose } from '@portolan/process/agent-ticket';
import { AgentCredentials } from '../agents/link/credentials.ts';
import { hashToken, newSecret } from '../auth/secret-token.ts';
import { agentTokens } from '../clusters/schema.ts';
import { newId } from '../db/ids.ts';
import { agentReports } from '../resources/reports/schema.ts';
import type { TestPlatform } from './platform.ts';

/** Key pair of an agent. */
export class AgentKey {
  readonly privateKey: KeyObject;
  readonly publicKey: string;

  constructor() {
    const pair = generateKeyPairSync('ed25519');
    this.privateKey = pair.privateKey;
    this.publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  }
}

/** Credential of a linked agent. */
export interface TestCredential {
  readonly key: AgentKey;
  readonly credential: AgentCredential;
  ticket(purpose: TicketPurpose): string;
}

export function withTickets(key: AgentKey, credential: AgentCredential): TestCredential {
  return { key, credential, ticket: (purpose) => signTicket(credential.id, key.privateKey, purpose) };
}

/** Creates a credential for a cluster, as linking with a token does. */
export async function enrol(
  { platform }: TestPlatform,
  { clusterId, workspace }: { readonly clusterId: string; readonly workspace: string },
): Promise<TestCredential> {
  const key = new AgentKey();
  const tokenId = newId('agt');
  const row = { id: tokenId, workspaceId: workspace, clusterId, hash: hashToken(newSecret('pta')) };
  await platform.db.insert(agentTokens).values(row);
  await platform.db.insert(agentReports).values({ clusterId, workspaceId: workspace }).onConflictDoNothing();
  const agent = { id: clusterId, name: clusterId, workspace, tokenId };
  return withTickets(key, await new AgentCredentials(platform).exchange(agent, key.publicKey));
}
