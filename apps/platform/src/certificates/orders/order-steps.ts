import { newId } from '../../db/ids.ts';
import { takeFromBucket } from '../../auth/rate-limit-store.ts';
import type { Database } from '../../db/database.ts';
import { AcmeError } from '../acme/acme-error.ts';
import { chooseChain, readCertificate } from '../acme/certificate-facts.ts';
import type { AcmeOrder } from '../acme/messages.ts';
import { checkCaa, type CaaReply } from './caa.ts';
import { endChallenges } from './end-challenges.ts';
import { failAttempt, withAttempt } from './fail-attempt.ts';
import type { Issuer, Issuers } from './issuer.ts';
import { limitsOf } from './limits.ts';
import type { CertificateRow } from './order-store.ts';
import { after, nameOf, NO_ORDER, proceed, waitUntil, type Progress } from './progress.ts';
import { nextLook, planRenewal } from './renewal-time.ts';
import type { Readiness } from './readiness-store.ts';
import { validate, type Responders } from './validate.ts';

const HOUR_MS = 3600_000;
/** A key is made when an agent is connected; then it comes at once. */
const KEY_WAIT_MS = HOUR_MS;
const POLL_MS = 1_000;
const ORDER_MS_MAX = HOUR_MS;

export interface OrderContext {
  readonly db: Database;
  readonly issuers: Issuers;
  readonly responders: Responders;
  readonly caa: (name: string) => Promise<CaaReply>;
  readonly ready: Readiness;
  readonly now: () => Date;
  readonly random: () => number;
}

/** Takes a certificate one step further: issue and renewal are the same steps. */
export async function takeStep(
  context: OrderContext,
  row: CertificateRow,
  signal: AbortSignal,
): Promise<Progress> {
  if (row.requestId === null)
    return row.current === null ? begin(context, row) : renewOrWait(context, row, signal);
  if (row.csr === null) return awaitKey(context, row);
  const issuer =
    row.orderUrl === null
      ? await context.issuers.choose(row.failures)
      : await context.issuers.find(row.orderDirectory);
  if (issuer === null) return proceed(NO_ORDER);
  try {
    if (row.orderUrl === null) return await createOrder(context, issuer, row, signal);
    return await followOrder(context, issuer, row, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    await endChallenges(context, row, signal);
    return failAttempt(row, nameOf(issuer), error, context.now());
  }
}

/** Asks the agents of the cluster for a key and a request to sign. */
async function begin(context: OrderContext, row: CertificateRow): Promise<Progress> {
  const { reason } = await context.ready(row);
  if (reason !== null)
    return waitUntil(after(context.now(), 10 * 60_000), {
      state: row.current === null ? 'waiting' : row.state,
      reason,
    });
  return proceed({ requestId: newId('crt'), csr: null, state: 'ordering', reason: null });
}

function awaitKey({ now }: OrderContext, _row: CertificateRow): Progress {
  const reason = 'Waits for an agent of the cluster to make a key.';
  return waitUntil(after(now(), KEY_WAIT_MS), { state: 'ordering', reason });
}

async function renewOrWait(
  context: OrderContext,
  row: CertificateRow,
  signal: AbortSignal,
): Promise<Progress> {
  const { notBefore, notAfter, renewAt: plannedAt } = row;
  const now = context.now();
  if (notBefore === null || notAfter === null) return begin(context, row);
  const life = { notBefore, notAfter };
  const info = await askRenewalInfo(context, row, signal);
  const known = row.windowStart && row.windowEnd ? { start: row.windowStart, end: row.windowEnd } : null;
  const before = plannedAt === null ? null : { window: known, renewAt: plannedAt };
  // An authority that does not respond changes nothing.
  const window = info === undefined ? known : (info?.value ?? null);
  const plan = planRenewal(life, window, before, context.random());
  const change = {
    windowStart: plan.window?.start ?? null,
    windowEnd: plan.window?.end ?? null,
    renewAt: plan.renewAt,
  };
  if (plan.renewAt > now) return waitUntil(nextLook(life, plan.renewAt, info?.retryAt ?? null, now), change);
  const begun = await begin(context, row);
  return { ...begun, change: { ...change, ...begun.change } };
}

/** Returns undefined when the authority cannot be asked, null when it has nothing to say. */
async function askRenewalInfo({ issuers }: OrderContext, row: CertificateRow, signal: AbortSignal) {
  if (row.renewalId === null) return null;
  const issuer = await issuers.find(row.directory);
  if (issuer === null) return null;
  return issuer.client.renewalInfo(row.renewalId, signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return undefined;
  });
}

async function createOrder(
  context: OrderContext,
  issuer: Issuer,
  row: CertificateRow,
  signal: AbortSignal,
): Promise<Progress> {
  const { config, client } = issuer;
  const waiting =
    (await caaProblem(context, issuer, row, signal)) ?? (await limitProblem(context, issuer, row));
  if (waiting !== null) return waiting;
  const order = { hosts: [row.host], profile: config.profile };
  const replaces = row.directory === config.directory ? row.renewalId : null;
  const { url } = await client.createOrder({ ...order, replaces }, signal).catch((error: unknown) => {
    // RFC 9773 §5: it may have been replaced already, or be unknown to the authority. Authorities name this in several ways;
    // an order that is refused for another reason is refused again.
    const isRefused = error instanceof AcmeError && error.type !== 'rateLimited';
    if (replaces === null || !isRefused) throw error;
    return client.createOrder(order, signal);
  });
  return proceed({
    orderUrl: url,
    orderDirectory: config.directory,
    orderStartedAt: context.now(),
    state: 'ordering',
    reason: null,
  });
}

async function caaProblem(
  context: OrderContext,
  { client, config }: Issuer,
  row: CertificateRow,
  signal: AbortSignal,
): Promise<Progress | null> {
  const { meta } = await client.directory(signal);
  const identities = config.caaIdentities.length > 0 ? config.caaIdentities : (meta?.caaIdentities ?? []);
  const account = await client.account(signal);
  const challenge = config.challenges[row.failures % config.challenges.length] ?? 'http-01';
  const verdict = await checkCaa({ host: row.host, identities, account, challenge }, context.caa);
  if (verdict.kind === 'allowed') return null;
  const state = verdict.kind === 'forbidden' ? 'failing' : 'waiting';
  return waitUntil(after(context.now(), HOUR_MS), { state, reason: verdict.reason });
}

/** Waits with a date where the order would exceed a limit of the authority, instead of spending an attempt. */
async function limitProblem(
  { db, now }: OrderContext,
  { config }: Issuer,
  row: CertificateRow,
): Promise<Progress | null> {
  if (!config.isLimited) return null;
  const replaces = row.directory === config.directory && row.renewalId !== null;
  for (const limit of limitsOf({ directory: config.directory, host: row.host, replaces })) {
    const waitSeconds = await takeFromBucket(db, limit);
    if (waitSeconds === 0) continue;
    const at = after(now(), waitSeconds * 1000);
    const reason = `The authority allows the next ${limit.subject} on ${at.toISOString()}.`;
    return waitUntil(at, { state: 'waiting', reason });
  }
  return null;
}

/** Takes an order on from wherever it is: the authority has its state, so that nothing is done twice after a crash. */
async function followOrder(
  context: OrderContext,
  issuer: Issuer,
  row: CertificateRow,
  signal: AbortSignal,
): Promise<Progress> {
  const { client } = issuer;
  const { value: order, retryAt } = await client.order(row.orderUrl ?? '', signal);
  const now = context.now();
  if (row.orderStartedAt !== null && now.getTime() - row.orderStartedAt.getTime() > ORDER_MS_MAX)
    throw new AcmeError({
      type: 'timeout',
      detail: 'The authority did not finish the order within an hour.',
    });
  switch (order.status) {
    case 'pending':
      return validate({ ...context, issuer, row, order }, signal);
    case 'ready': {
      await client.finalize(order.finalize, Buffer.from(row.csr ?? '', 'base64'), signal);
      return proceed();
    }
    case 'valid':
      return store(context, { issuer, row, order }, signal);
    case 'invalid':
      throw new AcmeError(order.error ?? (await reasonOf(issuer, order, signal)));
    default:
      return waitUntil(retryAt ?? after(now, POLL_MS));
  }
}

/** Returns why an order is invalid: the reason is with the challenge that failed. */
async function reasonOf({ client }: Issuer, order: AcmeOrder, signal: AbortSignal) {
  for (const url of order.authorizations) {
    const { value } = await client.authorization(url, signal);
    const failed = value.challenges.find(({ error }) => error !== undefined);
    if (failed?.error) return failed.error;
  }
  return { detail: 'The authority gave the order up.' };
}

interface Finished {
  readonly issuer: Issuer;
  readonly row: CertificateRow;
  readonly order: AcmeOrder;
}

async function store(
  context: OrderContext,
  { issuer, row, order }: Finished,
  signal: AbortSignal,
): Promise<Progress> {
  const chains = await issuer.client.certificates(order.certificate ?? '', signal);
  const chain = chooseChain(chains, issuer.config.preferredChain);
  const facts = readCertificate(chain);
  if (!facts.hosts.includes(row.host))
    throw new AcmeError({ detail: `The authority issued a certificate that is not for ${row.host}.` });
  const now = context.now();
  await endChallenges(context, row, signal);
  const { renewAt } = planRenewal(facts, null, null, context.random());
  const attempt = { at: now.toISOString(), issuer: nameOf(issuer), challenge: row.challenge, error: null };
  return proceed({
    ...NO_ORDER,
    state: 'issued',
    reason: null,
    failures: 0,
    attempts: withAttempt(row, attempt),
    previous: row.current,
    current: { requestId: row.requestId ?? '', chain, serial: facts.serial },
    confirmedAt: null,
    issuer: facts.issuer,
    directory: issuer.config.directory,
    notBefore: facts.notBefore,
    notAfter: facts.notAfter,
    renewalId: facts.renewalId,
    windowStart: null,
    windowEnd: null,
    renewAt,
    requestId: null,
    csr: null,
  });
}
