import { createHash } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import type { Dns } from '../../domains/dns.ts';
import { baseOf, challengeName, type ProofSecret } from '../../domains/proof.ts';
import { listDnsChallengesOf, listMissingBrokers, type ChallengeRow } from './challenge-store.ts';
import type { TextPublisher } from '../dns/text-publisher.ts';
import type { Responder } from './validate.ts';

/** A change that did not arrive is published again. */
const REPUBLISH_MS = 60_000;

export interface DnsResponderOptions {
  readonly db: Database;
  readonly dns: Dns;
  readonly zone: string;
  readonly secret: () => Promise<ProofSecret>;
  /** Null: brokers answer. */
  readonly publisher: TextPublisher | null;
}

/** Returns the text of the TXT record that answers a challenge (RFC 8555 §8.4). */
export function challengeText({ keyAuthorization }: Pick<ChallengeRow, 'keyAuthorization'>): string {
  return createHash('sha256').update(keyAuthorization).digest('base64url');
}

/**
 * Answers DNS-01 challenges in the zone that domains delegate them to. The authority is told once the resolvers of the platform
 * see the answer at the domain itself, through its CNAME: a mistake in DNS costs no failed attempt.
 */
export function createDnsResponder(options: DnsResponderOptions): Responder {
  const { db, dns, publisher } = options;
  const publishedAt = new Map<string, number>();
  return {
    pollMs: 1_000,
    waitMsMax: 5 * 60_000,
    async present(challenge, signal) {
      if (publisher === null) {
        const waiting = waitingForBrokers(await listMissingBrokers(db, challenge));
        if (waiting !== null) return waiting;
      } else if (Date.now() - (publishedAt.get(challenge.token) ?? 0) > REPUBLISH_MS) {
        await publish(options, publisher, challenge, signal);
        publishedAt.set(challenge.token, Date.now());
      }
      const name = challengeName(challenge.host);
      const { found, unknown } = await lookUp(dns, name);
      if (found.includes(challengeText(challenge))) return null;
      return `DNS does not show the answer at ${name} yet: ${unknown ?? (found.length === 0 ? 'it has no TXT record' : `it has ${found.length} other TXT records`)}.`;
    },
    async withdraw(challenge, signal) {
      publishedAt.delete(challenge.token);
      if (publisher !== null) await publish(options, publisher, challenge, signal);
    },
  };
}

async function lookUp(
  dns: Dns,
  name: string,
): Promise<{ readonly found: readonly string[]; readonly unknown: string | null }> {
  const reply = await dns.texts(name);
  return reply.found === undefined
    ? { found: [], unknown: reply.unknown }
    : { found: reply.found, unknown: null };
}

/** Publishes the answers to all challenges at the name of one: a domain and its wildcard have the same. */
async function publish(
  { db, zone, secret }: DnsResponderOptions,
  publisher: TextPublisher,
  { host, workspaceId }: ChallengeRow,
  signal: AbortSignal,
): Promise<void> {
  const base = baseOf(host);
  const challenges = await listDnsChallengesOf(db, workspaceId, [base, `*.${base}`]);
  const name = (await secret()).challengeTargetFor(workspaceId, host, zone);
  await publisher.publish(name, [...new Set(challenges.map(challengeText))], signal);
}

/** Returns what an order waits for as long as brokers are missing; null once all of them answer. `missing`: null: none is live. */
export function waitingForBrokers(missing: readonly string[] | null): string | null {
  if (missing === null) return 'No broker is connected to the platform.';
  if (missing.length === 0) return null;
  return `Waits for ${missing.length === 1 ? 'broker' : 'brokers'} ${missing.join(', ')} to answer the challenge.`;
}
