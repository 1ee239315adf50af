import { hashApiKey } from '@portolan/process/api-key-hash';
import type { ApiKey } from '@portolan/contract/keys';
import type { User } from '@portolan/contract/users';
import type { Reason } from '@portolan/resources/decide/decision';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { Identity } from '@portolan/resources/model/request';
import { notFound } from '../app-error.ts';
import type { Transaction } from '../db/database.ts';
import { findKeyBySecret, listKeysOf } from '../users/keys/store.ts';
import { findUser } from '../users/store.ts';
import { readCredential } from './credential.ts';

/** Caller of a request, as a gateway would identify it. */
export interface Caller {
  /** Null when a gateway would respond with 401. */
  readonly identity: Identity | null;
  /** Reason why the caller was not identified; null when identified, or when no credential was given. */
  readonly problem: Reason | null;
  readonly notes: readonly string[];
}

export interface Question {
  readonly user: string | null;
  readonly key?: string | undefined;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ADMINISTRATOR = 'an administrator of the workspace (users and API keys)';
const NOBODY: Caller = { identity: null, problem: null, notes: [] };

/**
 * Returns the caller of a request by user, key or credential, according to the workspace's authentication.
 * @throws AppError `not-found`.
 */
export async function findCaller(
  tx: Transaction,
  workspace: string,
  question: Question,
  { auth, applications }: { readonly auth: ApiAuth; readonly applications: ReadonlySet<string> },
): Promise<Caller> {
  const user = question.user === null ? null : await findUser(tx, workspace, question.user);
  if (question.user !== null && user === null) {
    if (applications.has(question.user)) return applicationCaller(question.user);
    throw notFound(`user ${question.user}`);
  }
  if (auth.kind === 'unusable') return NOBODY;
  if (auth.kind === 'ldap') return directoryCaller(question);
  if (auth.kind === 'jwt' || auth.kind === 'application-jwt') return tokenCaller(question, user, auth);
  const secret = question.key ?? (user === null ? readCredential(question, auth.source) : null);
  if (secret !== null) return keyCaller(tx, workspace, secret);
  return user === null ? NOBODY : userCaller(user, await listKeysOf(tx, user.id));
}

/** Returns the caller for an application, whose credential is taken as good: the platform knows none of its keys. */
function applicationCaller(id: string): Caller {
  return {
    identity: applicationOf(id),
    problem: null,
    notes: [`The credential of application ${id} was not checked here; gateways check it.`],
  };
}

function applicationOf(id: string): Identity {
  return { kind: 'application', userId: id, email: '', groups: [], application: { id, namespace: null } };
}

/** Returns the caller for the user name of HTTP Basic (RFC 7617); the directory is not asked. */
function directoryCaller({ headers }: Question): Caller {
  const sent = /^basic +(\S+)/i.exec(new Headers(headers).get('authorization') ?? '')?.[1];
  const [name = ''] = Buffer.from(sent ?? '', 'base64')
    .toString('utf8')
    .split(':');
  return name === '' ? NOBODY : applicationCaller(name);
}

async function keyCaller(tx: Transaction, workspace: string, secret: string): Promise<Caller> {
  const key = await findKeyBySecret(tx, workspace, secret, hashApiKey(secret));
  if (key === null)
    return refused(
      'this API key does not belong to the workspace',
      'use an API key of this workspace',
      'the caller',
    );
  const user = await findUser(tx, workspace, key.userId);
  if (user === null) return NOBODY;
  return userCaller(user, [key]);
}

/** Returns the caller for a user, who needs an active key. */
function userCaller(user: User, keys: readonly ApiKey[]): Caller {
  if (user.state !== 'active')
    return refused(`${user.email} is disabled`, `enable user ${user.email}`, ADMINISTRATOR);
  if (keys.length === 0)
    return refused(`${user.email} has no API key`, `create an API key for ${user.email}`, ADMINISTRATOR);
  if (keys.some(({ state }) => state === 'active')) return known(user);
  const states = keys.map(({ name, prefix, state }) => `${name} (${prefix}…) is ${state}`).join(', ');
  const suspended = keys.find(({ state }) => state === 'suspended');
  return refused(
    keys.length === 1 ? `API key ${states}` : `${user.email} has no usable API key: ${states}`,
    suspended === undefined
      ? `create a new API key for ${user.email}`
      : `resume key ${suspended.name} of ${user.email}, or create another`,
    ADMINISTRATOR,
  );
}

function known({ id, email, groups }: User): Caller {
  return {
    identity: { kind: 'user', userId: id, email, groups, application: { id: email, namespace: null } },
    problem: null,
    notes: [],
  };
}

/** Returns the caller for a token. Groups come from the token, so a user without one cannot be evaluated. */
function tokenCaller(
  question: Question,
  user: User | null,
  auth: Extract<ApiAuth, { kind: 'jwt' | 'application-jwt' }>,
): Caller {
  const token = readCredential(question, {
    header: 'authorization',
    headerAuthScheme: 'Bearer',
    query: auth.jwt.tokenQueryKey ?? undefined,
  });
  const fix = 'send a JWT as "Authorization: Bearer TOKEN"';
  if (token === null) {
    if (user === null && question.key === undefined) return NOBODY;
    const who = user === null ? 'an API key' : `user ${user.email}`;
    return refused(
      `the workspace authenticates callers by JWT: ${who} is not used, because groups come from the token`,
      `${fix}; explain the call with that header`,
      'the caller',
    );
  }
  const claims = claimsOf(token);
  if (claims === null) return refused('the credential is not a JWT', fix, 'the caller');
  const expires = claims['exp'];
  if (typeof expires === 'number' && expires * 1000 <= Date.now())
    return refused(`the token expired at ${instantText(expires)}`, fix, 'the caller');
  const notes = ['The signature of the token was not verified here; gateways verify it.'];
  if (auth.kind === 'application-jwt') {
    const id = text(claims[auth.appIdClaim]);
    return id === undefined
      ? refused(
          `the token has no claim ${auth.appIdClaim}`,
          `send a token whose ${auth.appIdClaim} names an application`,
          'the caller',
        )
      : { identity: { ...applicationOf(id), claims }, problem: null, notes };
  }
  const subject = text(claims[auth.userIdClaim]) ?? 'the caller';
  const named = claims[auth.groupsClaim];
  const groups = (Array.isArray(named) ? named : [named]).filter((one) => typeof one === 'string');
  const email = text(claims['email']) ?? subject;
  return {
    identity: {
      kind: 'user',
      userId: subject,
      email,
      groups,
      application: { id: email, namespace: null },
      claims,
    },
    problem: null,
    notes,
  };
}

/** Returns a NumericDate (RFC 7519 §2) as a date, or as the number it is where no date is so long ago. */
function instantText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Returns the unverified claims of a JWT (RFC 7519); null for any other text. */
function claimsOf(token: string): Readonly<Record<string, unknown>> | null {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? { ...claims } : null;
  } catch {
    return null;
  }
}

function refused(reason: string, fix: string, who: string): Caller {
  return { identity: null, problem: { step: 'credential', ok: false, text: reason, fix, who }, notes: [] };
}
