import type { Database } from '../../db/database.ts';
import { listMissingBrokers } from './challenge-store.ts';
import type { Responders } from './validate.ts';

/** Returns who gives the answers: brokers for HTTP-01, since validators come from anywhere to any of them, agents for TLS-ALPN-01. */
export function respondersOf(db: Database): Responders {
  return {
    'http-01': {
      async present(challenge) {
        const missing = await listMissingBrokers(db, challenge);
        if (missing === null) return 'No broker is connected to the platform.';
        return missing.length === 0
          ? null
          : `Waits for ${missing.length === 1 ? 'broker' : 'brokers'} ${missing.join(', ')} to answer the challenge.`;
      },
    },
    'tls-alpn-01': {
      async present({ acknowledged }) {
        return acknowledged.length > 0 ? null : 'Waits for an agent of the cluster to answer the challenge.';
      },
    },
  };
}
