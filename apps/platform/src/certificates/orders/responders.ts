import type { Database } from '../../db/database.ts';
import { listMissingBrokers } from './challenge-store.ts';
import { createDnsResponder, waitingForBrokers, type DnsResponderOptions } from './dns-responder.ts';
import type { Responders } from './validate.ts';

const BROADCAST = { pollMs: 250, waitMsMax: 60_000 } as const;

/**
 * Returns who gives the answers: brokers for HTTP-01, since validators come from anywhere to any of them, agents for TLS-ALPN-01,
 * name servers for DNS-01 where there is a zone.
 */
export function respondersOf(db: Database, dns: DnsResponderOptions | null): Responders {
  return {
    ...(dns === null ? {} : { 'dns-01': createDnsResponder(dns) }),
    'http-01': {
      ...BROADCAST,
      async present(challenge) {
        return waitingForBrokers(await listMissingBrokers(db, challenge));
      },
    },
    'tls-alpn-01': {
      ...BROADCAST,
      async present({ acknowledged }) {
        return acknowledged.length > 0 ? null : 'Waits for an agent of the cluster to answer the challenge.';
      },
    },
  };
}
