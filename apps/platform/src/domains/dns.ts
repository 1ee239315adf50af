import type { CaaRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';

const TIMEOUT_MS = 2_000;
const TRIES = 2;
/** No proof needs more records at one name; what follows is not looked at. */
const RECORDS_MAX = 100;
// RFC 1035 §4.1.1 RCODE 3, and a name without records of the type: definite, unlike a time-out or SERVFAIL.
const ABSENT = new Set(['ENOTFOUND', 'ENODATA']);

/** What resolvers reply for one name. `unknown`: none of them gave a definite reply. */
export type DnsReply =
  | { readonly found: readonly string[] }
  | { readonly unknown: string; readonly found?: undefined };

/** Looks names up at several resolvers, independently of each other. */
export class Dns {
  readonly #resolvers: readonly Resolver[];

  /** @param servers Addresses of resolvers, `IP` or `IP:PORT`; empty: those of the system. */
  constructor(servers: readonly string[]) {
    const each = servers.length === 0 ? [undefined] : servers;
    this.#resolvers = each.map((server) => {
      const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
      if (server !== undefined) resolver.setServers([server]);
      return resolver;
    });
  }

  /** Returns the texts of TXT records that most resolvers with a definite reply have, each joined (RFC 7208 §3.3). */
  texts(name: string): Promise<DnsReply> {
    return this.#ask(async (resolver) => (await resolver.resolveTxt(name)).map((parts) => parts.join('')));
  }

  /** Returns the host that a name is an alias of, if it is one. */
  alias(name: string): Promise<DnsReply> {
    return this.#ask((resolver) => resolver.resolveCname(name));
  }

  /** Returns IPv4 and IPv6 addresses; aliases are followed. */
  async addresses(name: string): Promise<DnsReply> {
    const replies = await Promise.all([
      this.#ask((resolver) => resolver.resolve4(name)),
      this.#ask((resolver) => resolver.resolve6(name)),
    ]);
    const found = replies.flatMap((reply) => reply.found ?? []);
    const failed = replies.find((reply) => reply.found === undefined);
    return found.length > 0 || failed === undefined ? { found } : failed;
  }

  async #ask(query: (resolver: Resolver) => Promise<string[]>): Promise<DnsReply> {
    const replies = await Promise.all(this.#resolvers.map((resolver) => askOne(resolver, query)));
    const definite = replies.filter((reply) => reply.found !== undefined);
    if (definite.length === 0) return replies[0] ?? { unknown: 'no resolver is configured' };
    const values = new Set(definite.flatMap(({ found }) => found));
    const isCommon = (value: string) =>
      definite.filter(({ found }) => found.includes(value)).length * 2 > definite.length;
    return { found: [...values].filter(isCommon) };
  }

  /** Returns CAA records of the first resolver with a definite reply; aliases are followed (RFC 8659 §3). */
  async caa(
    name: string,
  ): Promise<
    { readonly found: readonly CaaRecord[] } | { readonly unknown: string; readonly found?: undefined }
  > {
    let unknown = 'no resolver is configured';
    for (const resolver of this.#resolvers) {
      const reply = await askOne(resolver, (at) => at.resolveCaa(name));
      if (reply.found !== undefined) return reply;
      ({ unknown } = reply);
    }
    return { unknown };
  }

  /** Ends queries in progress. */
  close(): void {
    for (const resolver of this.#resolvers) resolver.cancel();
  }
}

async function askOne<T>(
  resolver: Resolver,
  query: (resolver: Resolver) => Promise<T[]>,
): Promise<{ readonly found: readonly T[] } | { readonly unknown: string; readonly found?: undefined }> {
  try {
    return { found: (await query(resolver)).slice(0, RECORDS_MAX) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
    return ABSENT.has(code) ? { found: [] } : { unknown: reasonOf(code) };
  }
}

function reasonOf(code: string): string {
  if (code === 'ETIMEOUT') return `no resolver replied within ${TIMEOUT_MS / 1000} s`;
  if (code === 'ESERVFAIL') return 'the resolver reported a server failure (SERVFAIL)';
  if (code === 'EREFUSED' || code === 'ECONNREFUSED') return 'the resolver refused the query';
  return `the query failed (${code})`;
}
