import type { DirectoryDns } from '@portolan/contract/broker-link';
import { RCODE, TYPE } from '../../dns/codes.ts';
import { encodeName } from '../../dns/name.ts';
import { startOfAuthorityData, textData, type ResourceRecord } from '../../dns/record.ts';
import { isInternet, type Query, type Response } from './query.ts';

/** The name of the question, which is the first one in the message (RFC 1035 §4.1.4). */
const QUESTION_NAME = Buffer.of(0xc0, 0x0c);
/** Answers change with each order: resolvers keep neither them nor their absence. */
const TEXT_TTL_SECONDS = 1;
const NEGATIVE_SECONDS = 1;
const APEX_TTL_SECONDS = 3_600;

/**
 * Zone of answers to DNS-01 challenges (RFC 8555 §8.4), which owners of domains delegate to by CNAME. It has TXT records one
 * label below its apex, and at the apex what a zone must have.
 */
export class ChallengeZone {
  readonly #name: string;
  readonly #nameservers: readonly string[];
  readonly #texts: ReadonlyMap<string, readonly string[]>;
  readonly #serial: number;

  constructor({ zone, nameservers, texts }: DirectoryDns, serial: number) {
    this.#name = zone.toLowerCase();
    this.#nameservers = nameservers;
    this.#serial = serial;
    const byName = Map.groupBy(texts, ({ name }) => name.toLowerCase());
    this.#texts = new Map(
      Array.from(byName, ([name, found]) => [name, [...new Set(found.map(({ value }) => value))]]),
    );
  }

  /** Returns the response to a query. Names outside of the zone are refused, so that nobody uses this server as a resolver. */
  answer(query: Query): Response {
    const { name, type } = query;
    const isApex = name === this.#name;
    const isWithin = isApex || name.endsWith(`.${this.#name}`);
    const isTransfer = type === TYPE.AXFR || type === TYPE.IXFR;
    if (!isInternet(query) || !isWithin || isTransfer)
      return { rcode: RCODE.REFUSED, isAuthoritative: false, answers: [], authorities: [] };
    if (isApex) return this.#found(this.#atApex(type));
    const texts = this.#texts.get(name);
    if (texts === undefined) return this.#negative(RCODE.NXDOMAIN);
    // RFC 8482 §4.1: a question for any type is answered with one set of records.
    return this.#found(type === TYPE.TXT || type === TYPE.ANY ? texts.map(textRecord) : []);
  }

  #atApex(type: number): ResourceRecord[] {
    if (type === TYPE.SOA || type === TYPE.ANY) return [this.#soa(QUESTION_NAME, APEX_TTL_SECONDS)];
    if (type !== TYPE.NS) return [];
    return this.#nameservers.map((nameserver) => ({
      name: QUESTION_NAME,
      type: TYPE.NS,
      ttlSeconds: APEX_TTL_SECONDS,
      data: encodeName(nameserver),
    }));
  }

  #found(answers: readonly ResourceRecord[]): Response {
    if (answers.length === 0) return this.#negative(RCODE.NOERROR);
    return { rcode: RCODE.NOERROR, isAuthoritative: true, answers, authorities: [] };
  }

  /** RFC 2308 §3: the SOA record says for how long resolvers keep that there is nothing. */
  #negative(rcode: Response['rcode']): Response {
    const authorities = [this.#soa(encodeName(this.#name), NEGATIVE_SECONDS)];
    return { rcode, isAuthoritative: true, answers: [], authorities };
  }

  #soa(name: Buffer, ttlSeconds: number): ResourceRecord {
    const data = startOfAuthorityData({
      nameserver: this.#nameservers[0] ?? this.#name,
      mailbox: `hostmaster.${this.#name}`,
      serial: this.#serial,
      negativeSeconds: NEGATIVE_SECONDS,
    });
    return { name, type: TYPE.SOA, ttlSeconds, data };
  }
}

function textRecord(text: string): ResourceRecord {
  return { name: QUESTION_NAME, type: TYPE.TXT, ttlSeconds: TEXT_TTL_SECONDS, data: textData(text) };
}
