import type { ScimToken } from '@portolan/contract/scim-tokens';
import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';
import { hashToken, newSecret } from '../auth/secret-token.ts';
import { AppError, notFound } from '../app-error.ts';
import { onDuplicate } from '../db/duplicate.ts';
import { newId } from '../db/ids.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { deleteTokenRow, insertToken, listTokenRows } from './token-store.ts';

const TOKENS_MAX = 10;

export interface NewScimToken {
  readonly name: string;
  readonly expiresAt?: string | undefined;
  /** E-mail address of the member who creates it. */
  readonly createdBy: string;
}

/**
 * Creates a token for a provisioning client. The token itself is returned only here.
 * @throws AppError `invalid-request`, `already-exists` or `conflict`.
 */
export async function createScimToken(
  work: UnitOfWork,
  workspace: string,
  { name, expiresAt, createdBy }: NewScimToken,
): Promise<ScimToken & { readonly token: string }> {
  const expires = expiresAt === undefined ? null : new Date(expiresAt);
  if (expires && expires.getTime() <= Date.now())
    throw new AppError('invalid-request', 'The expiry date of the token is in the past.', {
      fields: [{ field: 'expiresAt', message: 'must be in the future' }],
      fix: 'Choose a future date, or omit it for a token that does not expire.',
    });
  if ((await listTokenRows(work.tx, workspace)).length >= TOKENS_MAX)
    throw new AppError('conflict', `This workspace already has ${TOKENS_MAX} SCIM tokens, the maximum.`, {
      fix: 'Revoke a token that is no longer used.',
    });
  const token = newSecret(SECRET_PREFIXES.scimToken);
  const row = { id: newId('sct'), workspaceId: workspace, name, createdBy, expiresAt: expires };
  const created = await insertToken(work.tx, { ...row, hash: hashToken(token) }).catch(
    onDuplicate(`SCIM token ${name} already exists.`, { field: 'name', fix: 'Choose another name.' }),
  );
  work.audit({ action: 'scim-token.create', target: targetOf(created), after: created });
  work.publish('providers', [created.id], 'created');
  return { ...created, token };
}

/** Revokes a token; requests with it are refused at once. @throws AppError `not-found`. */
export async function revokeScimToken(work: UnitOfWork, workspace: string, idOrName: string): Promise<void> {
  const before = await deleteTokenRow(work.tx, workspace, idOrName);
  if (!before) throw notFound(`SCIM token ${idOrName}`);
  work.audit({ action: 'scim-token.revoke', target: targetOf(before), before });
  work.publish('providers', [before.id], 'deleted');
}

function targetOf({ id, name }: ScimToken) {
  return { kind: 'scim-token', id, name };
}
