import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { heldCredential, type AgentCredential, type HeldCredential } from '@portolan/contract/agent';
import { signTicket, type TicketPurpose } from '@portolan/process/agent-ticket';
import { readIfExists, writeFileAtomic } from '@portolan/process/atomic-file';
import { z } from 'zod';

/** The key that a token is being exchanged with: kept first, so that a lost response can be asked for again. */
const joiningKey = z.object({ tokenHash: z.string(), privateKey: z.string() });

/** How to authenticate a link call: with a ticket, or with a token and the public key to issue a credential for. */
export interface LinkAuthorization {
  readonly token: string;
  readonly publicKey?: string;
}

/** The agent's credential, in `credential.json` of the state directory. */
export class CredentialStore {
  readonly #stateDir: string;
  readonly #readToken: () => Promise<string | null>;
  #held: HeldCredential | null = null;
  #joining: z.infer<typeof joiningKey> | null = null;
  readonly #refused = new Set<string>();

  private constructor(stateDir: string, readToken: () => Promise<string | null>) {
    this.#stateDir = stateDir;
    this.#readToken = readToken;
  }

  /** Opens the store; `readToken` returns the agent token in the token file as it is now, or null. */
  static async open(stateDir: string, readToken: () => Promise<string | null>): Promise<CredentialStore> {
    const store = new CredentialStore(stateDir, readToken);
    store.#held = await store.#load('credential.json', heldCredential);
    store.#joining = await store.#load('joining.json', joiningKey);
    return store;
  }

  /** Null until a token was exchanged. */
  get held(): HeldCredential | null {
    return this.#held;
  }

  /** Returns a ticket as bearer token; fails without a credential. */
  ticket(purpose: TicketPurpose): string {
    if (this.#held === null) throw new Error('this agent has no credential yet');
    return signTicket(this.#held.credential.id, createPrivateKey(this.#held.privateKey), purpose);
  }

  /** Returns how to link now: a token that was not exchanged before comes first, for it replaces a former credential. */
  async authorization(): Promise<LinkAuthorization> {
    const token = await this.#readToken();
    const tokenHash = token === null ? null : hashOf(token);
    const isKnown = tokenHash === null || tokenHash === this.#held?.tokenHash || this.#refused.has(tokenHash);
    if (this.#held !== null && isKnown) return { token: this.ticket('link') };
    if (token === null || tokenHash === null)
      throw new Error('there is neither a credential nor an agent token');
    if (this.#joining?.tokenHash !== tokenHash) {
      this.#joining = { tokenHash, privateKey: newPrivateKey() };
      await this.#save('joining.json', this.#joining);
    }
    return { token, publicKey: publicKeyOf(this.#joining.privateKey) };
  }

  /** Keeps the credential that was issued for the token in exchange. */
  async accept(credential: AgentCredential): Promise<void> {
    if (this.#joining === null) throw new Error('a credential that was not asked for');
    await this.#replace({ ...this.#joining, credential });
  }

  /** Notes that the platform refused the token: a credential from before is used again. */
  refuseToken(): void {
    if (this.#joining !== null) this.#refused.add(this.#joining.tokenHash);
  }

  /** Returns whether a third of the credential's life is over. */
  isRenewalDue(now = Date.now()): boolean {
    if (this.#held === null) return false;
    const [issuedAt, expiresAt] = [this.#held.credential.issuedAt, this.#held.credential.expiresAt].map(
      Date.parse,
    );
    return now > (issuedAt ?? 0) + ((expiresAt ?? 0) - (issuedAt ?? 0)) / 3;
  }

  /** Replaces the credential by the one that `issue` returns for a new public key. */
  async renew(issue: (publicKey: string) => Promise<AgentCredential>): Promise<void> {
    if (this.#held === null) return;
    const { tokenHash } = this.#held;
    const privateKey = newPrivateKey();
    await this.#replace({ tokenHash, privateKey, credential: await issue(publicKeyOf(privateKey)) });
  }

  async #replace(held: HeldCredential): Promise<void> {
    await this.#save('credential.json', held);
    this.#held = held;
  }

  async #save(name: string, value: object): Promise<void> {
    await writeFileAtomic(join(this.#stateDir, name), `${JSON.stringify(value, null, 2)}\n`);
  }

  async #load<S extends z.ZodType>(name: string, schema: S): Promise<z.output<S> | null> {
    const text = await readIfExists(join(this.#stateDir, name));
    if (text === null) return null;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
}
