import { createHash } from 'node:crypto';
import { and, eq, isNotNull, lt, sql } from 'drizzle-orm';
import { Provider, type Adapter, type AdapterPayload } from 'oidc-provider';
import { runUnitOfWork } from '../../db/unit-of-work.ts';
import { findAccount } from '../accounts/store.ts';
import { revokeGrant } from '../../auth/token-store.ts';
import { newId } from '../../db/ids.ts';
import { accessTokens } from '../../auth/schema.ts';
import { oidcPayloads } from './schema.ts';
import type { Platform } from '../../platform.ts';
import type { Realm } from './realm.ts';
import { parseSubject } from './subject.ts';

type Parts = Pick<Platform, 'db' | 'sealer'>;

const NEVER_MS = 365 * 24 * 3600_000;

/**
 * Returns the store of one model of an OpenID issuer. Ids are bearer secrets: rows are looked up by SHA-256 of the id, and
 * payloads are sealed. Access tokens are stored in the same table as all other sessions, so that listing and revoking sessions
 * covers them. Realms cannot read each other's rows.
 */
export function adapterFor(parts: Parts, model: string, realm: Realm['name'] = 'members'): Adapter {
  return model === 'AccessToken'
    ? new AccessTokens(parts, realm)
    : new Payloads(parts, realm === 'members' ? model : `${realm}:${model}`);
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

class Payloads implements Adapter {
  readonly #parts: Parts;
  readonly #model: string;

  constructor(parts: Parts, model: string) {
    this.#parts = parts;
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const idHash = hashOf(id);
    const row = {
      sealed: this.#parts.sealer.seal(JSON.stringify(payload), contextOf(this.#model, idHash)),
      ...ownerOf(payload),
      grant: payload.grantId === undefined ? null : hashOf(payload.grantId),
      userCode: payload.userCode === undefined ? null : hashOf(payload.userCode),
      uid: payload.uid === undefined ? null : hashOf(payload.uid),
      expiresAt: expiresIn === undefined ? null : new Date(Date.now() + expiresIn * 1000),
    };
    await this.#parts.db
      .insert(oidcPayloads)
      .values({ model: this.#model, idHash, ...row })
      .onConflictDoUpdate({ target: [oidcPayloads.model, oidcPayloads.idHash], set: row });
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#findBy(oidcPayloads.idHash, id);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy(oidcPayloads.userCode, userCode);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy(oidcPayloads.uid, uid);
  }

  async consume(id: string): Promise<void> {
    await this.#parts.db
      .update(oidcPayloads)
      .set({ consumedAt: sql`now()` })
      .where(this.#is(id));
  }

  async destroy(id: string): Promise<void> {
    await this.#parts.db.delete(oidcPayloads).where(this.#is(id));
  }

  revokeByGrantId(grantId: string): Promise<void> {
    return revokeGrant(this.#parts.db, hashOf(grantId));
  }

  async #findBy(
    column: typeof oidcPayloads.idHash | typeof oidcPayloads.userCode | typeof oidcPayloads.uid,
    value: string,
  ): Promise<AdapterPayload | undefined> {
    const [row] = await this.#parts.db
      .select()
      .from(oidcPayloads)
      .where(and(eq(oidcPayloads.model, this.#model), eq(column, hashOf(value))));
    if (!row || (row.expiresAt && row.expiresAt.getTime() < Date.now())) return undefined;
    const payload = JSON.parse(
      this.#parts.sealer.open(row.sealed, contextOf(this.#model, row.idHash)),
    ) as AdapterPayload;
    return row.consumedAt ? { ...payload, consumed: Math.floor(row.consumedAt.getTime() / 1000) } : payload;
  }

  #is(id: string) {
    return and(eq(oidcPayloads.model, this.#model), eq(oidcPayloads.idHash, hashOf(id)));
  }
}

/** Returns the remote address of the request that the issuer is handling. */
function requester(): string | null {
  return Provider.ctx?.req.socket.remoteAddress ?? null;
}

class AccessTokens implements Adapter {
  readonly #parts: Parts;
  readonly #realm: Realm['name'];

  constructor(parts: Parts, realm: Realm['name']) {
    this.#parts = parts;
    this.#realm = realm;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { accountId, clientId, grantId } = payload;
    if (accountId === undefined || grantId === undefined)
      throw new Error('access token has no account or no grant');
    const hash = createHash('sha256').update(id).digest();
    const owner = ownerOf(payload);
    const row = {
      id: newId('tok'),
      ...owner,
      kind: 'session',
      name: clientId ?? 'oauth',
      hash,
      remoteAddress: null,
      scopes: null,
      grant: hashOf(grantId),
      sealedPayload: this.#parts.sealer.seal(JSON.stringify(payload), contextOf('AccessToken', hashOf(id))),
      expiresAt: new Date(Date.now() + (expiresIn === undefined ? NEVER_MS : expiresIn * 1000)),
    } as const;
    const isNewSession = !(payload.gty ?? '').includes('refresh_token');
    const account = owner.accountId === null ? undefined : await findAccount(this.#parts.db, owner.accountId);
    if (!isNewSession || !account) {
      await this.#parts.db.insert(accessTokens).values(row);
      return;
    }
    const { email: name } = account;
    const remoteAddress = requester();
    const actor = { kind: 'account', id: account.id, name, origin: 'web', remoteAddress } as const;
    const scope = { workspace: owner.confinedTo, actor, mutates: true };
    await runUnitOfWork(this.#parts.db, scope, async ({ tx, audit }) => {
      await tx.insert(accessTokens).values(row);
      const after = { client: row.name };
      audit({ action: 'session.start', target: { kind: 'session', id: row.id, name }, after });
    });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const [row] = await this.#parts.db.select().from(accessTokens).where(this.#is(id));
    if (!row?.sealedPayload || row.expiresAt.getTime() < Date.now()) return undefined;
    return JSON.parse(
      this.#parts.sealer.open(row.sealedPayload, contextOf('AccessToken', hashOf(id))),
    ) as AdapterPayload;
  }

  async findByUserCode(): Promise<undefined> {}

  async findByUid(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    await this.destroy(id);
  }

  async destroy(id: string): Promise<void> {
    await this.#parts.db.delete(accessTokens).where(this.#is(id));
  }

  revokeByGrantId(grantId: string): Promise<void> {
    return revokeGrant(this.#parts.db, hashOf(grantId));
  }

  #is(id: string) {
    const owner = this.#realm === 'members' ? accessTokens.accountId : accessTokens.userId;
    return and(eq(accessTokens.hash, createHash('sha256').update(id).digest()), isNotNull(owner));
  }
}

interface Owner {
  readonly accountId: string | null;
  readonly userId: string | null;
  readonly confinedTo: string | null;
}

function ownerOf({ accountId: subject }: AdapterPayload): Owner {
  const nobody = { accountId: null, userId: null, confinedTo: null };
  if (subject === undefined) return nobody;
  const parsed = parseSubject(subject);
  if (parsed.kind === 'user') return { ...nobody, userId: parsed.userId };
  const { accountId, confinedTo } = parsed;
  return { ...nobody, accountId, confinedTo };
}

function contextOf(model: string, idHash: string): string {
  return `oidc:${model}:${idHash}`;
}

/** Deletes expired payloads. */
export async function sweepPayloads({ db }: Pick<Platform, 'db'>): Promise<void> {
  await db.delete(oidcPayloads).where(lt(oidcPayloads.expiresAt, sql`now()`));
}
