import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { heldCredential, type AgentCredential, type HeldCredential } from '@portolan/contract/agent';
import { signTicket, type TicketPurpose } from '@portolan/process/agent-ticket';
import { z } from 'zod';
import type { CredentialFile, CredentialFiles } from './credential-files.ts';

/** The key that a token is being exchanged with: kept first, so that a lost response can be asked for again. */
const joiningKey = z.object({ tokenHash: z.string(), privateKey: z.string() });

/** How to authenticate a link call: with a ticket, or with a token and the public key to issue a credential for. */
export interface LinkAuthorization {
  readonly token: string;
  readonly publicKey?: string;
}

/** The agent's credential, in `credential.json`; replicas that share their files have one credential. */
export class CredentialStore {
  readonly #files: CredentialFiles;
  readonly #readToken: () => Promise<string | null>;
  #held: HeldCredential | null = null;
  #joining: z.infer<typeof joiningKey> | null = null;
  readonly #refused = new Set<string>();

  private constructor(files: CredentialFiles, readToken: () => Promise<string | null>) {
    this.#files = files;
    this.#readToken = readToken;
  }

  /** Opens the store; `readToken` returns the agent token in the token file as it is now, or null. */
  static async open(
    files: CredentialFiles,
    readToken: () => Promise<string | null>,
  ): Promise<CredentialStore> {
    const store = new CredentialStore(files, readToken);
    await store.#reload();
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
    // Another replica may have exchanged the token meanwhile.
    await this.#reload();
    const tokenHash = token === null ? null : hashOf(token);
    const isKnown = tokenHash === null || tokenHash === this.#held?.tokenHash || this.#refused.has(tokenHash);
    if (this.#held !== null && isKnown) return { token: this.ticket('link') };
    if (token === null || tokenHash === null)
      throw new Error('there is neither a credential nor an agent token');
    const joining = this.#joining?.tokenHash === tokenHash ? this.#joining : await this.#join(tokenHash);
    this.#joining = joining;
    return { token, publicKey: publicKeyOf(joining.privateKey) };
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
    // Another replica may have renewed it.
    await this.#reload();
    if (this.#held === null || !this.isRenewalDue()) return;
    const { tokenHash } = this.#held;
    const privateKey = newPrivateKey();
    await this.#replace({ tokenHash, privateKey, credential: await issue(publicKeyOf(privateKey)) });
  }

  async #replace(held: HeldCredential): Promise<void> {
    await this.#files.update('credential.json', () => textOf(held));
    this.#held = held;
  }

  /** Returns the key to exchange a token with: replicas that begin at once use the key of one of them. */
  async #join(tokenHash: string): Promise<z.infer<typeof joiningKey>> {
    const own = { tokenHash, privateKey: newPrivateKey() };
    const kept = await this.#files.update('joining.json', (current) =>
      current !== null && parse(current, joiningKey)?.tokenHash === tokenHash ? current : textOf(own),
    );
    return parse(kept, joiningKey) ?? own;
  }

  async #reload(): Promise<void> {
    this.#held = (await this.#load('credential.json', heldCredential)) ?? this.#held;
  }

  async #load<S extends z.ZodType>(file: CredentialFile, schema: S): Promise<z.output<S> | null> {
    const text = await this.#files.load(file);
    return text === null ? null : parse(text, schema);
  }
}

function textOf(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function parse<S extends z.ZodType>(text: string, schema: S): z.output<S> | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
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
