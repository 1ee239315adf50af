import type { Database } from '../../db/database.ts';
import { AcmeError, AcmeUnavailable } from '../acme/acme-error.ts';
import { keyAuthorization } from '../acme/account-key.ts';
import type { AcmeAuthorization, AcmeChallenge, AcmeOrder } from '../acme/messages.ts';
import type { ChallengeType } from '../../acme-config.ts';
import { offerChallenge, type ChallengeRow } from './challenge-store.ts';
import type { Issuer } from './issuer.ts';
import type { Readiness } from './readiness-store.ts';
import type { CertificateRow } from './order-store.ts';
import { after, proceed, waitUntil, type Progress } from './progress.ts';

const POLL_MS = 1_000;

/** Gives the answers to challenges of one type. */
export interface Responder {
  /** Pause between two calls of `present`, and for how long it is called. */
  readonly pollMs: number;
  readonly waitMsMax: number;
  /** Has the answer given. Called again until it returns null: else what is still missing, for people. */
  present(challenge: ChallengeRow, signal: AbortSignal): Promise<string | null>;
  /** Removes the answer to a challenge that is over, where it does not end by itself. */
  withdraw?(challenge: ChallengeRow, signal: AbortSignal): Promise<void>;
}

export type Responders = Readonly<Partial<Record<ChallengeType, Responder>>>;

interface Validation {
  readonly db: Database;
  readonly responders: Responders;
  readonly ready: Readiness;
  readonly now: () => Date;
  readonly issuer: Issuer;
  readonly row: CertificateRow;
  readonly order: AcmeOrder;
}

interface Chosen {
  readonly type: ChallengeType;
  readonly challenge: AcmeChallenge;
  readonly token: string;
}

/** Answers the challenges of an order (RFC 8555 §7.5.1), one authorization after another. */
export async function validate(validation: Validation, signal: AbortSignal): Promise<Progress> {
  const { issuer, row, order, now } = validation;
  for (const url of order.authorizations) {
    const { value: authorization, retryAt } = await issuer.client.authorization(url, signal);
    if (authorization.status === 'valid') continue;
    if (authorization.status !== 'pending') throw failureOf(authorization);
    const chosen = await choose(validation, authorization);
    if (row.challenge !== chosen.type) return proceed({ challenge: chosen.type });
    if (chosen.challenge.status === 'pending') {
      const waiting = await offer(validation, chosen, signal);
      if (waiting !== null) return waiting;
      // The server has everything it needs from here on; asking it again after a crash is allowed.
      await issuer.client.beginValidation(chosen.challenge.url, signal);
    }
    return waitUntil(retryAt ?? after(now(), POLL_MS));
  }
  return waitUntil(after(now(), POLL_MS));
}

/** Returns null once the answer is given everywhere. */
async function offer(
  { db, responders, issuer, row, now }: Validation,
  chosen: Chosen,
  signal: AbortSignal,
): Promise<Progress | null> {
  const { type, token } = chosen;
  const answer = keyAuthorization(token, issuer.client.key.thumbprint);
  const offered = await offerChallenge(db, row, { type, token, keyAuthorization: answer });
  const responder = responders[type];
  const missing = (await responder?.present(offered, signal)) ?? null;
  if (responder === undefined || missing === null) return null;
  if (now().getTime() - offered.createdAt.getTime() > responder.waitMsMax) throw new AcmeUnavailable(missing);
  return waitUntil(after(now(), responder.pollMs), { reason: missing });
}

/**
 * Chooses among the challenges that the server offers, this platform can answer and the domain is set up for: another one after
 * each failure.
 */
async function choose(
  { responders, ready, issuer, row }: Validation,
  authorization: AcmeAuthorization,
): Promise<Chosen> {
  const isReady = await ready(row);
  const able = issuer.config.challenges.flatMap((type) => {
    const challenge = authorization.challenges.find((each) => each.type === type);
    const { token } = challenge ?? {};
    const isAble = token !== undefined && responders[type] !== undefined;
    return challenge && isAble && (type === row.challenge || isReady.challenges.has(type))
      ? [{ type, challenge, token }]
      : [];
  });
  const begun = able.find(({ type }) => type === row.challenge);
  const chosen = begun ?? able[row.failures % Math.max(1, able.length)];
  if (chosen) return chosen;
  const offered = authorization.challenges.map(({ type }) => type).join(', ') || 'none';
  throw new AcmeError({
    type: 'unsupportedChallenge',
    detail: `The authority offers no challenge for ${authorization.identifier.value} that this platform answers (it offers ${offered}).`,
  });
}

function failureOf({ status, challenges }: AcmeAuthorization): AcmeError {
  const failed = challenges.find(({ error }) => error !== undefined);
  return new AcmeError(failed?.error ?? { detail: `The authorization is ${status}.` });
}
